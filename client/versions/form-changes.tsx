/** Where two versions have the same words in another form: what is bold, where a link leads, which line is a heading or an item. */
import type { ClauseDiff, FormPart } from '#shared/api/snapshots.ts'
import { languages } from '#shared/domain/languages.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { Verbatim } from '#client/ui/words.tsx'
import { versionMessages } from './messages.ts'
import classes from './versions.module.css'

const names = {
  bold: 'bold',
  italic: 'italic',
  underline: 'underline',
  link: 'link',
  'link.href': 'linkHref',
  paragraph: 'paragraph',
  'paragraph.level': 'heading',
  bulletList: 'bulletList',
  orderedList: 'orderedList',
  'orderedList.start': 'orderedListStart',
  listItem: 'listItem',
  table: 'table',
  tableRow: 'tableRow',
  tableCell: 'tableCell',
  'tableCell.colspan': 'colspan',
  'tableCell.rowspan': 'rowspan',
  'tableCell.align': 'align',
  tableHeader: 'tableHeader',
  'tableHeader.colspan': 'colspan',
  'tableHeader.rowspan': 'rowspan',
  'tableHeader.align': 'align',
  hardBreak: 'hardBreak',
  clauseText: 'clauseText',
  'clauseText.place': 'clauseTextPlace',
  'clauseText.lang': 'clauseTextLang',
} as const

const isNamed = (name: string): name is keyof typeof names => Object.hasOwn(names, name)

export function FormChanges({ form }: { readonly form: ClauseDiff['form'] }) {
  const t = useMessages(versionMessages)
  if (form.length === 0) return null
  const say = ({ name, value }: FormPart): string => {
    const word = isNamed(name) ? t(names[name]) : name
    if (value === null) return word
    return value === 'continued' ? t('formContinued', { name: word }) : t('formValue', { name: word, value })
  }
  const sayAll = (parts: readonly FormPart[]) => (parts.length === 0 ? t('formPlain') : parts.map(say).join(' · '))
  return (
    <div className={classes.forms}>
      <h4>{t('formHeading')}</h4>
      <dl className={classes.fields}>
        {form.map(({ language, words, before, after }, at) => (
          <div key={at}>
            <dt lang={languages[language].tag}>
              <Verbatim>{words === '' ? t('formEmptyLine') : t('formWords', { words })}</Verbatim>
            </dt>
            <dd>
              <del>
                <Verbatim>{sayAll(before)}</Verbatim>
              </del>{' '}
              <ins>
                <Verbatim>{sayAll(after)}</Verbatim>
              </ins>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
