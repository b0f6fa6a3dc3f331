import { anythingUnsaved } from './connection/leaving.ts'
/** Which address shows which page, and who may see it: without a seat, every way leads to the sign-in and from there back. */
import { createRootRoute, createRoute, createRouter, Outlet, redirect, useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import { isGroup } from '#shared/domain/groups.ts'
import type { ServerEvent } from '#shared/api/events.ts'
import { ApiError } from './api/call.ts'
import { listenToServer, useServerEvent } from './api/events.ts'
import { queryClient, sessionQuery } from './api/queries.ts'
import { InitiativePage } from './initiative/page.tsx'
import { forgetSession, signOut, useSession } from './session/session.ts'
import { SignInPage } from './session/sign-in.tsx'
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
const pages = [GroupPage, DocumentPage]
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
  component: function SignIn() {
    const { next } = signIn.useSearch()
    return (
      <Frame me={null}>
        <SignInPage next={next} />
      </Frame>
    )
  },
})

const seated = createRoute({
  getParentRoute: () => root,
  id: 'seated',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery)
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
    useEffect(listenToServer, [session.person.id])
    useFetchedWhenIdle(pages)
    const leaveSeat = async () => {
      await navigate({ to: '/sign-in', search: {} })
      await signOut()
    }
    return (
      <Frame me={session.person} onSignOut={() => void leaveSeat()}>
        <Outlet />
        <Toasts me={session.person} />
      </Frame>
    )
  },
})

const initiative = createRoute({ getParentRoute: () => seated, path: '/', component: InitiativePage })

const group = createRoute({
  getParentRoute: () => seated,
  path: '/groups/$group',
  component: function GroupRoute() {
    const { group: key } = group.useParams()
    return isGroup(key) ? <GroupPage key={key} group={key} /> : <NotFound />
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

const nowhere = createRoute({ getParentRoute: () => seated, path: '$', component: NotFound })

export const router = createRouter({
  routeTree: root.addChildren([signIn, seated.addChildren([initiative, group, document, nowhere])]),
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
