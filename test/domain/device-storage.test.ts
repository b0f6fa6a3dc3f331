/** What is remembered on a device that will not, or cannot, remember. */
import { describe, expect, test } from 'vitest'
import { createDeviceStorage } from '#client/lib/storage.ts'

/** A browser's storage in memory; `may` says whether it takes something just now. */
function area(may: () => boolean = () => true): Storage {
  const kept = new Map<string, string>()
  const change = (work: () => void) => {
    if (!may()) throw new DOMException('There is no room left.', 'QuotaExceededError')
    work()
  }
  return {
    get length() {
      return kept.size
    },
    key: (at) => [...kept.keys()][at] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => change(() => kept.set(key, value)),
    removeItem: (key) => change(() => kept.delete(key)),
    clear: () => kept.clear(),
  }
}

const unusable: [string, () => Storage | null | undefined][] = [
  ['forbids it', () => void 0],
  ['has none', () => null],
  [
    'throws',
    () => {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    },
  ],
]

describe('[U14] where a browser keeps nothing', () => {
  test.each(unusable)('a choice holds as long as the page is open (a browser that %s)', (_, broken) => {
    const storage = createDeviceStorage(broken)
    expect([storage.get('a'), storage.keys('')]).toEqual([null, []])
    expect(storage.set('a', '1')).toBe(false)
    expect([storage.get('a'), storage.keys('')]).toEqual(['1', ['a']])
    storage.remove('a')
    expect([storage.get('a'), storage.keys('')]).toEqual([null, []])
  })

  test('what there was no room for is not lost to the page, and what cannot be forgotten does not come back', () => {
    let room = true
    const storage = createDeviceStorage(() => kept)
    const kept = area(() => room)
    expect(storage.set('draft.1', 'kept')).toBe(true)
    room = false
    expect(storage.set('draft.1', 'newer')).toBe(false)
    expect(storage.set('draft.2', 'more')).toBe(false)
    expect([storage.get('draft.1'), storage.get('draft.2')]).toEqual(['newer', 'more'])
    expect(storage.keys('draft.').toSorted()).toEqual(['draft.1', 'draft.2'])
    storage.remove('draft.1')
    expect([storage.get('draft.1'), storage.keys('draft.')]).toEqual([null, ['draft.2']])
    room = true
    expect(storage.set('draft.2', 'all')).toBe(true)
    expect([storage.get('draft.2'), kept.getItem('draft.2')]).toEqual(['all', 'all'])
  })
})
