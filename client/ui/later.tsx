/** Parts of the pages that are fetched on their own: ahead of need, while the browser is idle, and anew where that failed. */
import { useWindowEvent } from '@mantine/hooks'
import { Component, lazy, Suspense, useEffect, useState, type ComponentType, type ReactNode } from 'react'

/** What says that a part could not be shown is told: `again` fetches it once more, `given` is what was given to the part. */
export type FailedProps<Given> = { readonly error: Error; readonly again: () => void; readonly given: Given }

type Fetched = { readonly fetch: () => Promise<unknown> }

/**
 * The component that `load` fetches. Unlike React's own `lazy` it does not keep a failure for good: who was without a connection
 * for a moment could otherwise not open that part until the whole page is loaded again, and unsaved words with it.
 */
export function later<P extends object, Given extends P = P>(
  load: () => Promise<ComponentType<P>>,
  { waiting = null, Failed }: { readonly waiting?: ReactNode; readonly Failed: ComponentType<FailedProps<Given>> },
): ComponentType<Given> & Fetched {
  const attempt = () => {
    let fetching: Promise<{ default: ComponentType<P> }> | null = null
    const start = async () => {
      try {
        await fetchMissingStyles()
        return { default: await load() }
      } catch (error) {
        latest = attempt()
        throw error
      }
    }
    const fetch = async () => await (fetching ??= start())
    return { fetch, Part: lazy(fetch) }
  }
  let latest = attempt()

  function Later(given: Given) {
    const [{ Part }, setAttempt] = useState(latest)
    return (
      <PartBoundary Failed={Failed} given={given} onAgain={() => setAttempt(latest)}>
        <Suspense fallback={waiting}>
          <Part {...given} />
        </Suspense>
      </PartBoundary>
    )
  }
  return Object.assign(Later, { fetch: async () => await latest.fetch() })
}

type BoundaryProps<Given> = {
  readonly Failed: ComponentType<FailedProps<Given>>
  readonly given: Given
  readonly onAgain: () => void
  readonly children: ReactNode
}

class PartBoundary<Given> extends Component<BoundaryProps<Given>, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null }

  static getDerivedStateFromError(thrown: unknown) {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) }
  }

  readonly again = () => {
    this.props.onAgain()
    this.setState({ error: null })
  }

  override render() {
    const { Failed, given, children } = this.props
    const { error } = this.state
    if (error === null) return children
    return (
      <>
        <WhenOnline act={this.again} />
        <Failed error={error} again={this.again} given={given} />
      </>
    )
  }
}

function WhenOnline({ act }: { readonly act: () => void }) {
  useWindowEvent('online', act)
  return null
}

/** Fetches parts, one after the other, once the browser has nothing else to do; says when all of them are there. */
export function useFetchedWhenIdle(parts: readonly Fetched[], wanted = true): boolean {
  const [fetched, setFetched] = useState(false)
  useEffect(() => {
    if (!wanted) return undefined
    let here = true
    const fetchAll = async () => {
      for (const { fetch } of parts) {
        if (here) await fetch()
      }
      if (here) setFetched(true)
    }
    // Nobody has asked for what failed here: whoever does will be told, and can try again.
    const start = () => void fetchAll().catch(() => undefined)
    // Safari has no idle callbacks.
    if ('requestIdleCallback' in window) requestIdleCallback(start)
    else setTimeout(start, 1000)
    return () => {
      here = false
    }
  }, [parts, wanted])
  return fetched
}

/** Style sheets that could not be fetched. The bundler asks for each once: without this their part would come back bare. */
const missingStyles = new Set<HTMLLinkElement>()
window.addEventListener(
  'error',
  ({ target }) => {
    if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') missingStyles.add(target)
  },
  { capture: true },
)

async function fetchMissingStyles(): Promise<void> {
  const fetches = [...missingStyles].map(
    async (missing) =>
      await new Promise<void>((resolve, reject) => {
        const link = document.createElement('link')
        link.rel = 'stylesheet'
        link.crossOrigin = missing.crossOrigin
        link.addEventListener('load', () => resolve())
        link.addEventListener('error', () => reject(new Error(`The style sheet ${missing.href} cannot be fetched.`)))
        link.href = missing.href
        missingStyles.delete(missing)
        missing.replaceWith(link)
      }),
  )
  await Promise.all(fetches)
}
