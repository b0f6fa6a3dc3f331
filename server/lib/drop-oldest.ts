/** Bounds what is remembered: of more than `most` entries the one that was put in first goes. To be called after each that is added. */
export function dropOldest<Key>(
  kept: { readonly size: number; keys(): Iterator<Key>; delete(key: Key): boolean },
  most: number,
): void {
  const oldest = kept.keys().next()
  if (kept.size > most && oldest.done !== true) kept.delete(oldest.value)
}
