/** Brings a row into the middle of its list if it is not in view; the page around the list stays where it is. */
export function scrollWithin(list: Element, row: Element): void {
  const [seen, box] = [list.getBoundingClientRect(), row.getBoundingClientRect()]
  if (box.top >= seen.top && box.bottom <= seen.bottom) return
  list.scrollTop += box.top - seen.top - Math.max(0, (seen.height - box.height) / 2)
}
