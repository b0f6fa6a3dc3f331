/** Everything that people with accounts see of them, fetched as one: the first page of a demonstration needs none of it. */
import { AccountSignIn } from './account-sign-in.tsx'
import { DevicesPage } from './devices.tsx'
import { JoinPage } from './join.tsx'
import { AccountMenu } from './menu.tsx'
import { SeatsPage } from './seats.tsx'

export const accountPages = { AccountSignIn, AccountMenu, DevicesPage, JoinPage, SeatsPage }
