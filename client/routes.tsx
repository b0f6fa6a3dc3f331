import { anythingUnsaved } from './lib/leaving.ts'
/** Which address shows which page, and who may see it: without a seat, every way leads to the sign-in and from there back. */
import { createRootRoute, createRoute, createRouter, Outlet, redirect, useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import { initiative } from '#shared/domain/initiative.ts'
import { can } from '#shared/domain/permissions.ts'
import type { ServerEvent } from '#shared/api/events.ts'
import { ApiError } from './api/call.ts'
import { listenToServer, useServerEvent } from './api/events.ts'
import { definitionQuery, personasQuery, queryClient, sessionQuery, signInWaysQuery } from './api/queries.ts'
import { InitiativePage } from './initiative/page.tsx'
import { forgetSession, signOut, useSession } from './session/session.ts'
import { Frame } from './ui/frame.tsx'
import { later, useFetchedWhenIdle, type FailedProps } from './ui/later.tsx'
import { Failure, NotFound, PageSkeleton } from './ui/page-state.tsx'

/** Asked for ahead of the page: rules of one weight go by their order, and those of a page's own parts must come later. */
const pageStyles = () => import('./ui/page-styles.ts')
const PageFailed = ({ error, again }: FailedProps<unknown>) => <Failure error={error} retry={again} />
const pageStates = { waiting: <PageSkeleton />, Failed: PageFailed }
const GroupPage = later(async () => {
  const [, { GroupPage: Page }] = await Promise.all([pageStyles(), import('./group/page.tsx')])
  return Page
}, pageStates)
const DocumentPage = later(async () => {
  const [, { DocumentPage: Page }] = await Promise.all([pageStyles(), import('./document/page.tsx')])
  return Page
}, pageStates)
const SignInPage = later(async () => (await import('./accounts/sign-in.tsx')).SignInPage, pageStates)
const accountPages = async () => {
  const [, { accountPages: found }] = await Promise.all([pageStyles(), import('./accounts/pages.ts')])
  return found
}
const AccountSignIn = later(async () => (await accountPages()).AccountSignIn, pageStates)
const AccountMenu = later(async () => (await accountPages()).AccountMenu, { Failed: () => null })
const JoinPage = later(async () => (await accountPages()).JoinPage, pageStates)
const DefinitionMenu = later(async () => (await import('./initiative/definition-menu.tsx')).DefinitionMenu, {
  Failed: () => null,
})
const DefinitionPage = later(async () => {
  const [, { DefinitionPage: Page }] = await Promise.all([pageStyles(), import('./initiative/definition-page.tsx')])
  return Page
}, pageStates)
const SeatsPage = later(async () => (await accountPages()).SeatsPage, pageStates)
const DevicesPage = later(async () => (await accountPages()).DevicesPage, pageStates)
/** What a document is written with comes before the other pages: who opened one waits for it. */
const OpenedDocument = { fetch: async () => await (await import('./document/page.tsx')).fetchOpened() }
const pages = [DocumentPage, OpenedDocument, GroupPage]
// Without them the pages lack nothing that cannot be seen elsewhere.
const Toasts = later(async () => (await import('./ui/toasts.tsx')).Toasts, { Failed: () => null })

/** Where to go after signing in: an address of ours, never another site's. */
const isOwnAddress = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith('/') && !value.startsWith('//') && !value.startsWith('/sign-in')

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    isOwnAddress(search['next']) ? { next: search['next'] } : {},
  beforeLoad: async () => void (await queryClient.ensureQueryData(definitionQuery)),
  loader: async () => {
    const ways = await queryClient.ensureQueryData(signInWaysQuery)
    if (ways.includes('persona')) void queryClient.prefetchQuery(personasQuery)
    return ways
  },
  component: function SignIn() {
    const { next } = signIn.useSearch()
    const isDemo = signIn.useLoaderData().includes('persona')
    return <Frame me={null}>{isDemo ? <SignInPage next={next} /> : <AccountSignIn next={next} />}</Frame>
  },
})

/** Where the link of an invitation leads. Its token stands behind the #, which no server is sent. */
const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: () => (
    <Frame me={null}>
      <JoinPage />
    </Frame>
  ),
})

const seated = createRoute({
  getParentRoute: () => root,
  id: 'seated',
  beforeLoad: async ({ location }) => {
    const [session] = await Promise.all([
      queryClient.ensureQueryData(sessionQuery),
      // Nothing can be drawn of an initiative before it is known what it is made of.
      queryClient.ensureQueryData(definitionQuery),
    ])
    if (session === null) {
      redirect({
        throw: true,
        to: '/sign-in',
        search: isOwnAddress(location.href) && location.href !== '/' ? { next: location.href } : {},
      })
    }
  },
  errorComponent: ({ error, reset }) => <Failure error={asError(error)} retry={reset} />,
  component: function Seated() {
    const session = useSession()
    const navigate = useNavigate()
    const leave = useCallback(() => void navigate({ to: '/sign-in', search: {} }), [navigate])
    const listen = useCallback(
      (event: ServerEvent) => {
        if (event.type !== 'signedOut' || anythingUnsaved()) return
        leave()
        forgetSession()
      },
      [leave],
    )
    useServerEvent(listen)
    useEffect(() => listenToServer(session), [session])
    useFetchedWhenIdle(pages)
    const leaveSeat = async () => {
      await navigate({ to: '/sign-in', search: {} })
      await signOut()
    }
    return (
      <Frame
        me={session.person}
        duties={session.memberships.some((seat) => can(seat, 'initiative.change', null)) ? <DefinitionMenu /> : null}
        account={session.user.name === null ? null : <AccountMenu />}
        onSignOut={() => void leaveSeat()}
      >
        <Outlet />
        <Toasts me={session.person} />
      </Frame>
    )
  },
})

const overview = createRoute({ getParentRoute: () => seated, path: '/', component: InitiativePage })

const group = createRoute({
  getParentRoute: () => seated,
  path: '/groups/$group',
  component: function GroupRoute() {
    const { group: key } = group.useParams()
    return initiative().isGroup(key) ? <GroupPage key={key} group={key} /> : <NotFound />
  },
})

const document = createRoute({
  getParentRoute: () => seated,
  path: '/documents/$id',
  component: function DocumentRoute() {
    const { id } = document.useParams()
    return <DocumentPage key={id} id={id} />
  },
})

const seats = createRoute({ getParentRoute: () => seated, path: '/seats', component: () => <SeatsPage /> })

const definition = createRoute({
  getParentRoute: () => seated,
  path: '/initiative',
  component: () => <DefinitionPage />,
})

const devices = createRoute({ getParentRoute: () => seated, path: '/devices', component: () => <DevicesPage /> })

const nowhere = createRoute({ getParentRoute: () => seated, path: '$', component: NotFound })

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    join,
    seated.addChildren([overview, group, document, seats, definition, devices, nowhere]),
  ]),
  defaultPreload: false,
  scrollRestoration: true,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: ({ error, reset }) => <Failure error={asError(error)} retry={reset} />,
})

// A seat that ended while the page was open shows in the first answer that says so.
queryClient.getQueryCache().subscribe(({ type, query }) => {
  const { error } = query.state
  if (type !== 'updated' || !(error instanceof ApiError) || error.status !== 401 || anythingUnsaved()) return
  const next = router.state.location.href
  forgetSession()
  void router.navigate({ to: '/sign-in', search: isOwnAddress(next) ? { next } : {} })
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
