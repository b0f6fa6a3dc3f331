/** Passkeys (WebAuthn): making one and proving that one has it. What is secret never leaves the device. */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { z } from 'zod'
import type { askForPasskey, NewPasskey, PasskeyProof, prepareJoining } from '#shared/api/accounts.ts'
import { dropOldest } from '../lib/drop-oldest.ts'
import type { PasskeyRecord } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'

/** The site that a passkey belongs to. `id`: its host without the port; `origins`: what the browser may say where it asks from. */
export type Site = { readonly id: string; readonly origins: readonly string[] }

const timeout = 5 * 60 * 1000
const maxAsked = 10_000

export type Passkeys = {
  /** What a browser needs to make one, for whoever has `about` in their hands. */
  prepare(site: Site, about: string, name: string): Promise<z.input<(typeof prepareJoining)['response']>>
  /** The passkey that was made, for a user; null if it was not asked for about the same, or does not hold. */
  made(site: Site, about: string, passkey: z.output<typeof NewPasskey>, user: string): Promise<PasskeyRecord | null>
  ask(site: Site): Promise<z.input<(typeof askForPasskey)['response']>>
  /** How often the passkey was used by now if the proof holds; null if not. */
  proven(site: Site, proof: z.output<typeof PasskeyProof>, passkey: PasskeyRecord): Promise<number | null>
}

export function createPasskeys(clock: Clock): Passkeys {
  /** Challenges that were not answered yet: each serves once, for what it was asked about. */
  const asked = new Map<string, { about: string; until: number }>()
  const remember = (challenge: string, about: string) => {
    asked.set(challenge, { about, until: clock.elapsed() + timeout })
    dropOldest(asked, maxAsked)
  }
  const take = (about: string) => (challenge: string) => {
    const known = asked.get(challenge)
    asked.delete(challenge)
    return known !== undefined && known.about === about && known.until > clock.elapsed()
  }
  const signingIn = 'sign-in'
  return {
    async prepare(site, about, name) {
      const options = await generateRegistrationOptions({
        rpName: 'Alternat',
        rpID: site.id,
        userName: name,
        userDisplayName: name,
        timeout,
      })
      remember(options.challenge, about)
      return {
        ...options,
        rp: { id: site.id, name: 'Alternat' },
        timeout,
        attestation: 'none',
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      }
    },
    async made(site, about, passkey, user) {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: passkey,
        expectedChallenge: take(about),
        expectedOrigin: [...site.origins],
        expectedRPID: site.id,
      }).catch(() => ({ verified: false as const, registrationInfo: undefined }))
      if (!verified || registrationInfo === undefined) return null
      const { id, publicKey, counter } = registrationInfo.credential
      return { id, user, publicKey, counter, createdAt: clock.now() }
    },
    async ask(site) {
      const { challenge } = await generateAuthenticationOptions({
        rpID: site.id,
        timeout,
        userVerification: 'required',
      })
      remember(challenge, signingIn)
      return { challenge, timeout, rpId: site.id, userVerification: 'required' }
    },
    async proven(site, proof, { id, publicKey, counter }) {
      const result = await verifyAuthenticationResponse({
        response: proof,
        expectedChallenge: take(signingIn),
        expectedOrigin: [...site.origins],
        expectedRPID: site.id,
        credential: { id, publicKey: Uint8Array.from(publicKey), counter },
      }).catch(() => null)
      return result?.verified === true ? result.authenticationInfo.newCounter : null
    },
  }
}
