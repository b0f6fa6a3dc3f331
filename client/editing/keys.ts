/** Keys as the editor writes them (`Mod-Alt-m`), shown as the reader's keyboard calls them. */

const isApple = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '')

const names: Readonly<Record<string, string>> = {
  Mod: isApple ? '⌘' : 'Ctrl',
  Alt: isApple ? '⌥' : 'Alt',
  Shift: '⇧',
  Enter: '⏎',
  Backspace: '⌫',
  ArrowUp: '↑',
  ArrowDown: '↓',
}
const order = ['Mod', 'Alt', 'Shift']

/**
 * A key for the eye: `Shift-Mod-d` is `Ctrl ⇧ D`.
 * @param key in the notation of ProseMirror's keymaps
 */
export function keyLabel(key: string): string {
  const parts = key.split('-')
  const main = parts.pop() ?? ''
  const held = order.filter((modifier) => parts.includes(modifier))
  return [...held, main].map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(' ')
}
