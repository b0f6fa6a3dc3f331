/** What was typed and not sent: whose it is on a device that several people use. */
import { beforeEach, expect, test, vi } from 'vitest'
import '#test/support/words.ts'
import { signOut } from '#client/session/session.ts'
import { forgetUnsent, unsentOf } from '#client/session/unsent-store.ts'

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    get length() {
      return kept.size
    },
    key: (at: number) => [...kept.keys()][at] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
  localStorage.setItem('alternat.language', 'ja')
})

test('[T21] each person has their own words, and another’s sign-in forgets all others', () => {
  unsentOf('one').keep('reply.1', { body: 'private' })
  unsentOf('one.more').keep('reply.1', { body: 'as well' })
  unsentOf('two').keep('reply.1', { body: 'mine' })
  expect(unsentOf('two').get('reply.1')).toEqual({ body: 'mine' })
  expect(unsentOf('one').places('reply.')).toEqual(['reply.1'])
  forgetUnsent('two')
  expect([unsentOf('one').get('reply.1'), unsentOf('one.more').get('reply.1')]).toEqual([null, null])
  expect(unsentOf('two').get('reply.1')).toEqual({ body: 'mine' })
})

test('[T21] a sign-out forgets them all, and nothing else', async () => {
  unsentOf('one').keep('reply.1', { body: 'private' })
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ signedOut: true })))
  await signOut()
  expect(unsentOf('one').places('')).toEqual([])
  expect(localStorage.getItem('alternat.language')).toBe('ja')
})
