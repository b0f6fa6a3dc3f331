/** Passkeys in this browser. */
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { askForPasskey, joinWithPasskey, prepareJoining, signInWithPasskey } from '#shared/api/accounts.ts'
import { ApiError, call } from '#client/api/call.ts'

/** Whether passkeys can be used here: they belong to a site that has a name. */
export const hasPasskeys = (): boolean =>
  browserSupportsWebAuthn() && window.isSecureContext && /[a-z]/i.test(location.hostname)

/** The reader, or their device, did not go on; or it failed there. */
export class PasskeyNotUsed extends Error {
  override readonly name = 'PasskeyNotUsed'
}

async function onDevice<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof ApiError ? error : new PasskeyNotUsed('The passkey was not used', { cause: error })
  }
}

export async function enterWithPasskey(): Promise<void> {
  const optionsJSON = await call(askForPasskey, {})
  const proof = await onDevice(() => startAuthentication({ optionsJSON }))
  await call(signInWithPasskey, { body: { proof: { ...proof, clientExtensionResults: {} } } })
}

export async function joinWithNewPasskey(token: string, name: string): Promise<void> {
  const optionsJSON = await call(prepareJoining, { body: { token, name } })
  const passkey = await onDevice(() => startRegistration({ optionsJSON }))
  await call(joinWithPasskey, { body: { token, name, passkey: { ...passkey, clientExtensionResults: {} } } })
}
