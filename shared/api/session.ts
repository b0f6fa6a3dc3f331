/** Signing in and out. In demo mode anyone may take any persona's seat. */
import { z } from 'zod'
import { ActorSchema, LanguageKey, Person } from './common.ts'
import { endpoint } from './endpoint.ts'

export const Session = z.object({ actor: ActorSchema, person: Person, expiresAt: z.iso.datetime() })
export type Session = z.infer<typeof Session>

export const listPersonas = endpoint({
  method: 'get',
  path: '/api/personas',
  summary: 'The seats that can be taken in demo mode.',
  tag: 'session',
  public: true,
  response: z.object({ personas: z.array(Person) }),
})

export const openSession = endpoint({
  method: 'post',
  path: '/api/session',
  summary: 'Sign in as a persona (demo mode). Sets the session cookie.',
  tag: 'session',
  public: true,
  body: z.object({ persona: z.string().max(100), language: LanguageKey.optional() }),
  response: Session,
})

export const getSession = endpoint({
  method: 'get',
  path: '/api/session',
  summary: 'Who is signed in. 401 if no one is.',
  tag: 'session',
  response: Session,
})

export const closeSession = endpoint({
  method: 'delete',
  path: '/api/session',
  summary: 'Sign out: ends the session and its live connections.',
  tag: 'session',
  public: true,
  response: z.object({ signedOut: z.literal(true) }),
})
