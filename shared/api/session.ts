/** Signing in and out. In demo mode anyone may take any persona's seat. */
import { z } from 'zod'
import { ActorSchema, Instant, Membership, Person } from './common.ts'
import { endpoint } from './endpoint.ts'

/** `actor`: in the first of their seats; in which one they act in a document, `actorIn` says. */
export const Session = z.object({
  user: z.object({ id: z.string(), name: z.string().nullable() }),
  memberships: z.array(Membership).min(1),
  actor: ActorSchema,
  person: Person,
  expiresAt: Instant,
})
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
  body: z.object({ persona: z.string().max(100) }),
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

export const SignInWay = z.enum(['persona', 'passkey', 'password'])

export const getSignInWays = endpoint({
  method: 'get',
  path: '/api/sign-in',
  summary: 'How one signs in here.',
  tag: 'session',
  public: true,
  response: z.object({ ways: z.array(SignInWay) }),
})
