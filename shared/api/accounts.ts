/** Accounts: how one signs in, invitations to a seat, the seats that there are, and the devices on which one is signed in. */
import { z } from 'zod'
import { Day, Instant, Localized, Membership, Person, SeatSchema, seatWith, text, Uuid } from './common.ts'
import { endpoint } from './endpoint.ts'

/** Long enough that it cannot be guessed, however often it is tried. */
export const shortestPassword = 15
export const longestPassword = 200

const Token = z.string().regex(/^[\w-]{43}$/, 'This is no link of an invitation.')
const Name = text(80)
const Password = z.string().min(shortestPassword).max(longestPassword)
/** What one signs in with beside a password: not shown to others. */
const Login = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@-]{2,63}$/, 'Use three or more letters, digits, dots, hyphens or @.')
const Bytes = z
  .string()
  .regex(/^[\w-]+$/)
  .max(20_000)

/** Who one is now is asked of the session: a page that nobody was signed in to cannot read it yet. */
const Entered = z.object({ signedIn: z.literal(true) })

/** What a browser needs to make a passkey, of what WebAuthn calls PublicKeyCredentialCreationOptionsJSON. */
const CreationOptions = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number() })),
  timeout: z.number(),
  attestation: z.literal('none'),
  authenticatorSelection: z.object({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
})
const RequestOptions = z.object({
  challenge: z.string(),
  timeout: z.number(),
  rpId: z.string(),
  userVerification: z.literal('required'),
})
const credential = { id: Bytes, rawId: Bytes, type: z.literal('public-key'), clientExtensionResults: z.object({}) }
export const NewPasskey = z.object({
  ...credential,
  response: z.object({ clientDataJSON: Bytes, attestationObject: Bytes }),
})
export const PasskeyProof = z.object({
  ...credential,
  response: z.object({ clientDataJSON: Bytes, authenticatorData: Bytes, signature: Bytes }),
})

export const signInWithPassword = endpoint({
  method: 'post',
  path: '/api/sign-in/password',
  summary: 'Sign in with a password. Sets the session cookie.',
  tag: 'accounts',
  public: true,
  body: z.object({ login: z.string().trim().toLowerCase().max(100), password: z.string().max(longestPassword) }),
  response: Entered,
})

export const askForPasskey = endpoint({
  method: 'post',
  path: '/api/sign-in/passkey/options',
  summary: 'What a browser needs to prove that it has a passkey.',
  tag: 'accounts',
  public: true,
  response: RequestOptions,
})

export const signInWithPasskey = endpoint({
  method: 'post',
  path: '/api/sign-in/passkey',
  summary: 'Sign in with a passkey. Sets the session cookie.',
  tag: 'accounts',
  public: true,
  body: z.object({ proof: PasskeyProof }),
  response: Entered,
})

/** `seat`: its name in both languages, as whoever is not signed in knows no parties or groups. */
const Invited = z.object({ seat: Localized, until: Instant.nullable(), expiresAt: Instant })

/** Over POST, so that the token stands in no address. */
export const readInvitation = endpoint({
  method: 'post',
  path: '/api/invitations/read',
  summary: 'The seat to which an invitation invites. 404 if it was used or taken back, has expired, or never was.',
  tag: 'accounts',
  public: true,
  body: z.object({ token: Token }),
  response: Invited,
})

export const joinWithPassword = endpoint({
  method: 'post',
  path: '/api/invitations/password',
  summary: 'Take the seat of an invitation as someone new who signs in with a password. Sets the session cookie.',
  tag: 'accounts',
  public: true,
  body: z.object({ token: Token, name: Name, login: Login, password: Password }),
  response: Entered,
})

export const prepareJoining = endpoint({
  method: 'post',
  path: '/api/invitations/passkey/options',
  summary: 'What a browser needs to make a passkey for someone who is invited.',
  tag: 'accounts',
  public: true,
  body: z.object({ token: Token, name: Name }),
  response: CreationOptions,
})

export const joinWithPasskey = endpoint({
  method: 'post',
  path: '/api/invitations/passkey',
  summary: 'Take the seat of an invitation as someone new who signs in with a passkey. Sets the session cookie.',
  tag: 'accounts',
  public: true,
  body: z.object({ token: Token, name: Name, passkey: NewPasskey }),
  response: Entered,
})

export const acceptInvitation = endpoint({
  method: 'post',
  path: '/api/invitations/accept',
  summary: 'Take the seat of an invitation beside those that one holds.',
  tag: 'accounts',
  body: z.object({ token: Token }),
  response: Entered,
})

export const Invitation = seatWith({
  id: Uuid,
  /** Until when the seat is given; null: until it is ended. */
  until: Instant.nullable(),
  /** The membership that ends once the invitation is used. */
  replaces: z.string().nullable(),
  expiresAt: Instant,
})
export type Invitation = z.infer<typeof Invitation>

export const listSeats = endpoint({
  method: 'get',
  path: '/api/seats',
  summary: 'Who holds which seat, and the invitations that are open. For the secretariat.',
  tag: 'accounts',
  response: z.object({ memberships: z.array(Membership), invitations: z.array(Invitation) }),
})

/** The last day on which the seat counts, for a deputy. */
const lastDay = Day.nullable().default(null)

export const invite = endpoint({
  method: 'post',
  path: '/api/invitations',
  summary:
    'Invite to a seat: for good, as a deputy until the end of a day (UTC), or to take the place of a membership.',
  tag: 'accounts',
  body: z.object({ seat: SeatSchema, lastDay, replaces: z.string().max(100).nullable().default(null) }),
  response: z.object({ invitation: Invitation, token: z.string() }),
  status: 201,
})

export const withdrawInvitation = endpoint({
  method: 'delete',
  path: '/api/invitations/{id}',
  summary: 'Take an invitation back.',
  tag: 'accounts',
  params: z.object({ id: Uuid }),
  response: z.object({ withdrawn: z.literal(true) }),
})

export const endSeat = endpoint({
  method: 'delete',
  path: '/api/seats/{id}',
  summary: 'End a membership at once, and with it every live connection in that seat.',
  tag: 'accounts',
  params: z.object({ id: z.string().max(100) }),
  response: z.object({ ended: z.literal(true) }),
})

/** A browser on which one is signed in. `description`: what it said of itself. */
const Device = z.object({
  id: z.string(),
  description: z.string(),
  signedInAt: Instant,
  expiresAt: Instant,
  here: z.boolean(),
})

export const listDevices = endpoint({
  method: 'get',
  path: '/api/devices',
  summary: 'The devices on which one is signed in.',
  tag: 'accounts',
  response: z.object({ devices: z.array(Device), person: Person }),
})

export const signOutDevice = endpoint({
  method: 'delete',
  path: '/api/devices/{id}',
  summary: 'Sign out on another device: ends its session and its live connections.',
  tag: 'accounts',
  params: z.object({ id: z.string().max(100) }),
  response: z.object({ signedOut: z.literal(true) }),
})
