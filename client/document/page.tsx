/** The document page. */
import { PageSkeleton } from '#client/ui/page-state.tsx'

export function DocumentPage({ id }: { readonly id: string }) {
  return <div key={id}><PageSkeleton /></div>
}
