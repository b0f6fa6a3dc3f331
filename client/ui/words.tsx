/** Words of people, with a sign for every character that cannot be seen or passes for another; and the account of such signs. */
import { Fragment } from 'react'
import { countSigns, piecesOf, signKinds, signsIn, type Sign } from '#shared/editor/signs.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { signAttributes } from './draw-words.ts'
import { wordsMessages } from './words-messages.ts'
import classes from './words.module.css'

export function Verbatim({ children }: { readonly children: string }) {
  if (signsIn(children).length === 0) return children
  return piecesOf(children).map(({ text, sign }, at) => {
    if (sign === null) return <Fragment key={at}>{text}</Fragment>
    const { class: className, ...attributes } = signAttributes(sign)
    return (
      <span key={at} className={className} {...attributes}>
        {text}
      </span>
    )
  })
}

/** How many such signs a text holds, and which; nothing where it holds none. A click leads to the first of each. */
export function SignsNote({
  signs,
  onShow,
}: {
  readonly signs: readonly Sign[]
  /** Shows the first of those with that code; null where there is nowhere to go. */
  readonly onShow: ((code: string) => void) | null
}) {
  const t = useMessages(wordsMessages)
  const language = useLanguage()
  if (signs.length === 0) return null
  return (
    <section className={classes.note} aria-label={t('signs')}>
      <p>{t('signsCount', { count: signs.length })}</p>
      <ul>
        {countSigns(signs).map(({ sign: { code, label, kind }, count }) => {
          const words = (
            <>
              <b>{label === code ? code : `${label} ${code}`}</b> {signKinds[kind][language]} × {count}
            </>
          )
          return (
            <li key={code}>
              {onShow === null ? (
                words
              ) : (
                <button type="button" onClick={() => onShow(code)} title={t('signsShow')}>
                  {words}
                </button>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
