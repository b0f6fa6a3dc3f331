/** Lists of a length that was read, and is not believed. */

/** What `read` gives, so many times. Room is taken as values come: a length that is a lie costs nothing before they end. */
export const readList = <T>(count: number, read: (index: number) => T): T[] => {
  const found: T[] = []
  for (let index = 0; index < count; index += 1) found.push(read(index))
  return found
}
