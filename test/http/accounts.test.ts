/** Accounts outside of the demonstration: invitations, passwords, seats and devices. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptInvitation,
  endSeat,
  invite,
  joinWithPassword,
  listDevices,
  listSeats,
  readInvitation,
  signInWithPassword,
  signOutDevice,
  withdrawInvitation,
} from '#shared/api/accounts.ts'
import { createDocument } from '#shared/api/document-changes.ts'
import { changeInitiative } from '#shared/api/initiative.ts'
import { getSession, getSignInWays } from '#shared/api/session.ts'
import { createThread, listThreads } from '#shared/api/threads.ts'
import type { Seat } from '#shared/domain/actors.ts'
import { installInitiative } from '#shared/domain/initiative.ts'
import { closeCode } from '#shared/protocol/messages.ts'
import { inviteSecretariat } from '#server/accounts/beginning.ts'
import { hashPassword, isPassword } from '#server/accounts/passwords.ts'
import { createAccounts, invitationLifetime } from '#server/accounts/service.ts'
import { openInitiative } from '#server/initiative/open.ts'
import { groupId, partyId, shippedDefinition } from '#test/support/initiative.ts'
import { manualClock, type ManualClock } from '#test/support/memory-log.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { caller, openSocket, type Caller } from './client.ts'

const password = 'a password that is long'
const chair = { role: 'cochair', party: partyId('us'), group: groupId('ai') } as const satisfies Seat
const drafter = { role: 'drafter', party: partyId('us'), group: groupId('cybersecurity') } as const satisfies Seat
const other = { role: 'cochair', party: partyId('jp'), group: groupId('ai') } as const satisfies Seat

let clock: ManualClock
let server: TestServer
let nobody: Caller
let secretariat: Caller

/** Takes the seat of an invitation as someone new. */
async function join(token: string, login: string, name = login): Promise<Caller> {
  const { path } = joinWithPassword
  const reply = await nobody.send('POST', path, { token, name, login, password })
  if (reply.status !== 200) throw new Error(`Joining failed: ${reply.text}`)
  return caller(server, reply.headers.get('set-cookie')?.split(';')[0])
}

const invited = async (seat: Seat, more: object = {}) => await secretariat.call(invite, { body: { seat, ...more } })

const seated = async (seat: Seat, login: string) => await join((await invited(seat)).token, login)

beforeEach(async () => {
  clock = manualClock()
  server = await startTestServer({ clock, demo: false, seeded: false })
  nobody = caller(server)
  const token = await inviteSecretariat(server.storage, clock, createAccounts({ ...server, clock }))
  secretariat = await join(token ?? '', 'secretariat', 'The Secretary')
})
afterEach(() => server.stop())

describe('invitations', () => {
  test('[H15] an invitation says its seat, gives it once, and is gone from then on', async () => {
    expect(await nobody.call(getSignInWays)).toEqual({ ways: ['passkey', 'password'] })
    const { token, invitation } = await invited(chair)
    expect(await nobody.call(readInvitation, { body: { token } })).toMatchObject({
      seat: { en: 'US Co-chair, Artificial intelligence' },
      until: null,
    })
    const someone = await join(token, 'first', 'First Person')
    const { user, memberships, actor, person } = await someone.call(getSession)
    expect(user.name).toBe('First Person')
    expect(memberships).toMatchObject([{ ...chair, user: user.id, until: null }])
    expect(actor).toMatchObject(chair)
    expect(person.name).toEqual({ en: 'First Person, US Co-chair', ja: 'First Person（米国 共同議長）' })
    await nobody.expectRefused(readInvitation, { body: { token } }, 404)
    await nobody.expectRefused(joinWithPassword, { body: { token, name: 'Second', login: 'second', password } }, 404)
    await secretariat.expectRefused(withdrawInvitation, { params: { id: invitation.id } }, 404)
    expect(await server.storage.audit.verify()).toEqual({ rows: 4 })
  })

  test('[H15] of two who use an invitation at once one gets the seat, and the other leaves no trace', async () => {
    const { token } = await invited(chair)
    const both = await Promise.all(
      ['first', 'second'].map((login) =>
        nobody.send('POST', joinWithPassword.path, { token, name: login, login, password }),
      ),
    )
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404])
    expect((await secretariat.call(listSeats)).memberships).toHaveLength(2)
    expect(await server.storage.people.users()).toHaveLength(2)
  })

  test('[H15] an invitation ends after seven days, and when it is taken back; a token that is none is no token', async () => {
    const late = await invited(chair)
    const back = await invited(chair)
    clock.advance(invitationLifetime - 1)
    await nobody.call(readInvitation, { body: { token: late.token } })
    clock.advance(1)
    await nobody.expectRefused(readInvitation, { body: { token: late.token } }, 404)
    secretariat = caller(server, await signedIn('secretariat'))
    const fresh = await invited(chair)
    await secretariat.call(withdrawInvitation, { params: { id: fresh.invitation.id } })
    for (const token of [back.token, fresh.token, 'x'.repeat(43)]) {
      await nobody.expectRefused(readInvitation, { body: { token } }, 404)
      await nobody.expectRefused(joinWithPassword, { body: { token, name: 'N', login: 'name', password } }, 404)
    }
    await nobody.expectRefused(readInvitation, { body: { token: 'short' } }, 422)
    expect((await secretariat.call(listSeats)).invitations).toEqual([])
  })

  test('[H15] the secretariat alone sees seats, invites, takes back and ends', async () => {
    const someone = await seated(chair, 'first')
    const { invitation } = await invited(other)
    const [{ id } = { id: '' }] = (await secretariat.call(listSeats)).memberships
    await someone.expectRefused(listSeats, {}, 403)
    await someone.expectRefused(invite, { body: { seat: chair } }, 403)
    await someone.expectRefused(withdrawInvitation, { params: { id: invitation.id } }, 403)
    await someone.expectRefused(endSeat, { params: { id } }, 403)
    await nobody.expectRefused(listSeats, {}, 401)
    await secretariat.expectRefused(invite, { body: { seat: { ...chair, party: null } } }, 422)
    await secretariat.expectRefused(invite, { body: { seat: chair, lastDay: '2020-01-01' } }, 409)
  })
})

/** A session of an account that is there, as a cookie. */
async function signedIn(login: string): Promise<string> {
  const reply = await nobody.send('POST', signInWithPassword.path, { login, password })
  if (reply.status !== 200) throw new Error(`Signing in failed: ${reply.text}`)
  return reply.headers.get('set-cookie')?.split(';')[0] ?? ''
}

describe('seats', () => {
  const documentOf = async (by: Caller, { group }: { group: string }) =>
    await by.call(createDocument, { body: { group, kind: 'mou', title: { en: 'A text', ja: '文書' } } })

  test('[D8][S9][H15] ending a seat closes its live connection within two seconds, and leaves what was written under its name', async () => {
    const [one, two] = [await seated(chair, 'first'), await seated(other, 'second')]
    const { id } = await documentOf(one, chair)
    await one.call(createThread, { params: { id }, body: { audience: 'joint', body: 'Words', mentions: [] } })
    const live = openSocket(server, `/sync/${id}`, one)
    await live.opened
    const before = performance.now()
    const [membership] = (await one.call(getSession)).memberships
    await secretariat.call(endSeat, { params: { id: membership?.id ?? '' } })
    expect((await live.closed).code).toBe(closeCode.forbidden)
    expect(performance.now() - before).toBeLessThan(2000)
    await one.expectRefused(getSession, {}, 401)
    await nobody.expectRefused(signInWithPassword, { body: { login: 'first', password } }, 403)
    const [thread] = (await two.call(listThreads, { params: { id } })).threads
    expect(thread?.comments[0]?.author.name.en).toBe('first, US Co-chair')
    await secretariat.expectRefused(endSeat, { params: { id: membership?.id ?? '' } }, 404)
  })

  test('[D8][H15] a deputy is let in until the end of a day, and is out at that moment', async () => {
    const lastDay = new Date(clock.now() + 86_400_000).toISOString().slice(0, 10)
    const deputy = await join((await invited(chair, { lastDay })).token, 'deputy')
    const { id } = await documentOf(deputy, chair)
    const live = openSocket(server, `/sync/${id}`, { cookie: await signedIn('deputy') })
    await live.opened
    clock.advance(Date.parse(lastDay) + 86_400_000 - clock.now() - 1)
    const again = openSocket(server, `/sync/${id}`, { cookie: await signedIn('deputy') })
    await again.opened
    clock.advance(1)
    expect((await again.closed).code).toBe(closeCode.forbidden)
    await nobody.expectRefused(signInWithPassword, { body: { login: 'deputy', password } }, 403)
  })

  test('[D8][H15] a seat that is handed over ends for the one with the moment in which the other takes it', async () => {
    const one = await seated(chair, 'first')
    const [membership] = (await one.call(getSession)).memberships
    const replaces = membership?.id ?? ''
    await secretariat.expectRefused(invite, { body: { seat: other, replaces } }, 409)
    const { token } = await invited(chair, { replaces })
    await one.call(getSession)
    const two = await join(token, 'second')
    await one.expectRefused(getSession, {}, 401)
    expect((await two.call(getSession)).actor).toMatchObject(chair)
  })

  test('[D8] a user who takes a second seat holds both, and acts in each working group in the seat that belongs to it', async () => {
    const one = await seated(chair, 'first')
    clock.advance(1)
    await one.call(acceptInvitation, { body: { token: (await invited(drafter)).token } })
    const { memberships, actor } = await one.call(getSession)
    expect(memberships).toMatchObject([chair, drafter])
    expect(actor).toMatchObject(chair)
    const { id } = await documentOf(one, drafter)
    const { comments } = await one.call(createThread, {
      params: { id },
      body: { audience: 'delegation', body: 'Words', mentions: [] },
    })
    expect(comments[0]?.author).toMatchObject(drafter)
  })

  test('[H17] nobody takes a seat of the other party, or of none, beside their own', async () => {
    const one = await seated(chair, 'first')
    for (const seat of [other, { role: 'panelist', party: null, group: groupId('ai') }] as const) {
      const { token } = await invited(seat)
      await one.expectRefused(acceptInvitation, { body: { token } }, 409)
      await nobody.call(readInvitation, { body: { token } })
    }
  })

  test('[H15] the last seat of the secretariat does not end, but can be handed over', async () => {
    const [{ id } = { id: '' }] = (await secretariat.call(listSeats)).memberships
    await secretariat.expectRefused(endSeat, { params: { id } }, 409)
    const seat = { role: 'secretariat', party: null, group: null } as const
    const successor = await join((await invited(seat, { replaces: id })).token, 'successor')
    await secretariat.expectRefused(listSeats, {}, 401)
    expect((await successor.call(listSeats)).memberships).toHaveLength(1)
  })
})

describe('passwords', () => {
  test('[H16] a password opens its own account alone, whatever the case of the name', async () => {
    await seated(chair, 'first')
    await nobody.call(signInWithPassword, { body: { login: ' First ', password } })
    const again = caller(server, await signedIn('first'))
    expect((await again.call(getSession)).actor).toMatchObject(chair)
    const wrong = await nobody.expectRefused(signInWithPassword, { body: { login: 'first', password: 'wrong' } }, 403)
    const unknown = await nobody.expectRefused(signInWithPassword, { body: { login: 'nobody', password } }, 403)
    expect(unknown.detail).toBe(wrong.detail)
    const { token } = await invited(other)
    const short = { token, name: 'Second', login: 'second', password: 'too short' }
    await nobody.expectRefused(joinWithPassword, { body: short }, 422)
    await nobody.expectRefused(joinWithPassword, { body: { ...short, login: 'first', password } }, 409)
    await join(token, 'second')
  })

  test('[H16] after too many attempts to sign in to an account, further ones at it have to wait, and those at another account do not', async () => {
    await seated(chair, 'first')
    await seated(other, 'second')
    const guess = async (login: string, words: string) =>
      (await nobody.send('POST', signInWithPassword.path, { login, password: words })).status
    const statuses = []
    for (let count = 0; count < 12; count += 1) statuses.push(await guess('first', `guess ${count}`))
    expect(statuses.filter((status) => status === 429)).toHaveLength(2)
    expect(await guess('first', password)).toBe(429)
    expect(await guess('second', password)).toBe(200)
    clock.advance(60_000)
    expect(await guess('first', password)).toBe(200)
  })

  test('[H16] a hash holds its cost and a salt of its own, and one of nobody fits no password', async () => {
    const [one, two] = [await hashPassword(password), await hashPassword(password)]
    expect(one).toMatch(/^scrypt\$15\$[\w-]{22}\$[\w-]{43}$/)
    expect(one).not.toBe(two)
    expect(await isPassword(password, one)).toBe(true)
    expect(await isPassword(`${password}.`, one)).toBe(false)
    expect(await isPassword(password, null)).toBe(false)
  })
})

test('[H18] one sees one’s devices and signs out on another, whose live connection ends; other people’s are not there', async () => {
  const here = await seated(chair, 'first')
  const cookie = await signedIn('first')
  const { id } = await here.call(createDocument, {
    body: { group: 'ai', kind: 'note', title: { en: 'A text', ja: '文書' } },
  })
  const live = openSocket(server, `/sync/${id}`, { cookie })
  await live.opened
  const { devices } = await here.call(listDevices)
  expect(devices.filter((device) => device.here)).toHaveLength(1)
  const elsewhere = devices.find((device) => !device.here)
  await secretariat.expectRefused(signOutDevice, { params: { id: elsewhere?.id ?? '' } }, 404)
  await here.call(signOutDevice, { params: { id: elsewhere?.id ?? '' } })
  expect((await live.closed).code).toBe(closeCode.unauthenticated)
  await caller(server, cookie).expectRefused(getSession, {}, 401)
  expect((await here.call(listDevices)).devices).toHaveLength(1)
})

describe('a group that is removed', () => {
  const { groups } = shippedDefinition
  const [first] = groups
  const space = { ...first, id: 'space', name: { en: 'Outer space', ja: '宇宙' }, links: [] }
  const remove = { body: { groups } }
  const seatThere = { body: { seat: { ...chair, group: 'space' } } }
  beforeEach(async () => {
    await openInitiative(server.storage, null, 0)
    await secretariat.call(changeInitiative, { body: { groups: [...groups, space] } })
  })
  afterEach(() => installInitiative(shippedDefinition))

  test('[D5][H15] is not removed while somebody is invited to a seat in it, also if the invitation is made while that is looked at', async () => {
    const { accounts } = server.storage
    const invitations = accounts.invitations.bind(accounts)
    accounts.invitations = async () => {
      accounts.invitations = invitations
      const found = await invitations()
      await secretariat.call(invite, seatThere)
      return found
    }
    expect((await secretariat.expectRefused(changeInitiative, remove, 409)).detail).toContain('meanwhile')
    expect((await secretariat.expectRefused(changeInitiative, remove, 409)).detail).toContain('invited to a seat')
    const [open] = (await secretariat.call(listSeats)).invitations
    await secretariat.call(withdrawInvitation, { params: { id: open?.id ?? '' } })
    await secretariat.call(changeInitiative, remove)
  })

  test('[D5][H15] takes no invitation that was begun before and is written after, and what had expired does not keep it', async () => {
    await secretariat.call(invite, seatThere)
    clock.advance(invitationLifetime + 1)
    const entered = await nobody.send('POST', signInWithPassword.path, { login: 'secretariat', password })
    secretariat = caller(server, entered.headers.get('set-cookie')?.split(';')[0])
    const { initiative: definitions } = server.storage
    const get = definitions.get.bind(definitions)
    definitions.get = async () => {
      definitions.get = get
      const found = await get()
      await secretariat.call(changeInitiative, remove)
      return found
    }
    await secretariat.expectRefused(invite, seatThere, 409)
    await secretariat.expectRefused(invite, seatThere, 422)
    expect((await secretariat.call(listSeats)).invitations).toEqual([])
    expect(await server.storage.accounts.invitations()).toEqual([])
  })
})

test('[P7] a demonstration has no accounts, and gives no invitation', async () => {
  await using demo = await startTestServer()
  const persona = caller(demo, await demo.signIn('secretariat'))
  expect(await persona.call(getSignInWays)).toEqual({ ways: ['persona'] })
  await persona.expectRefused(listSeats, {}, 403)
  await persona.expectRefused(invite, { body: { seat: chair } }, 403)
  await persona.expectRefused(signInWithPassword, { body: { login: 'first', password } }, 403)
})
