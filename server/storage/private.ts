/** Files and sockets that are for the server's own user only. */

/** Whatever `work` makes on the disk, no other user may read or open. */
export async function inPrivate<T>(work: () => Promise<T>): Promise<T> {
  const others = process.umask(0o077)
  try {
    return await work()
  } finally {
    process.umask(others)
  }
}
