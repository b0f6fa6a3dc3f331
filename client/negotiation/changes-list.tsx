/** All pending changes of a text as a numbered list: to look through, to print, and to take away as a file. */
import { Button, Drawer, Group, Switch } from '@mantine/core'
import { IconDownload, IconPrinter } from '@tabler/icons-react'
import { useState, useSyncExternalStore } from 'react'
import { initiative } from '#shared/domain/initiative.ts'
import { isLanguage, languages } from '#shared/domain/languages.ts'
import { turnOf, type Alternative, type OpenPlace, type Turn } from '#shared/editor/changes/alternatives.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { formatInCapitals, formatInstant } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { PartyMark } from '#client/ui/party-mark.tsx'
import { usePaper } from '#client/ui/print.ts'
import { Verbatim } from '#client/ui/words.tsx'
import { saveFile, toCsv } from './csv.ts'
import { negotiationMessages } from './messages.ts'
import { latestIn, useAuthorOf, useNaming } from './naming.ts'
import { usePlaces } from './queries.ts'
import classes from './negotiation.module.css'

const turns = { ours: 'stateUs', theirs: 'stateThem', open: 'stateOpen' } as const satisfies Record<Turn, string>

export function ChangesDrawer({
  opened,
  onClose,
  onShow,
}: {
  readonly opened: boolean
  readonly onClose: () => void
  /** Goes to a place in the text. */
  readonly onShow: (place: string) => void
}) {
  const t = useMessages(negotiationMessages)
  useFocusReturnAtOnce(opened)
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="min(1100px, 100vw)"
      padding="md"
      title={t('listTitle')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <ChangesList onShow={onShow} />
    </Drawer>
  )
}

type Row = {
  readonly number: string
  readonly place: OpenPlace
  readonly alternative: Alternative
  readonly turn: Turn
}

const struckIn = ({ changes }: Alternative) => changes.filter(({ deletes }) => deletes !== '')
const putIn = ({ changes }: Alternative) => changes.filter(({ inserts }) => inserts !== '')

function ChangesList({ onShow }: { readonly onShow: (place: string) => void }) {
  const t = useMessages(negotiationMessages)
  const say = useLocalized()
  const language = useLanguage()
  const { document, text, actor } = useEditorSession()
  const { places } = usePlaces(document.id, text)
  const authorOf = useAuthorOf(document.id)
  const naming = useNaming()
  const outline = useSyncExternalStore(text.outline.subscribe, text.outline.get)
  const [onlyUs, setOnlyUs] = useState(false)
  const rows = places.flatMap((place, at): Row[] => {
    const turn = turnOf(place, actor.party, document.parties)
    return place.alternatives.map((alternative, index) => ({
      number: place.alternatives.length === 1 ? String(at + 1) : `${at + 1}.${index + 1}`,
      place,
      alternative,
      turn,
    }))
  })
  const shown = rows.filter(({ turn }) => !onlyUs || turn === 'ours')
  const clauseName = ({ clause }: OpenPlace) => {
    const row = outline.find(({ id }) => id === clause)
    return row === undefined ? '' : row.label[language] || row.title[language]
  }
  const stances = (alternative: Alternative) => naming.stances(alternative).join(language === 'ja' ? '。' : '; ')
  const languageName = ({ language: of }: OpenPlace) => (isLanguage(of) ? languages[of].name : '')
  usePaper(() => ({
    title: `${say(document.title)} · ${t('listTitle')}`,
    handling: document.handling,
    version: formatInCapitals(Date.now(), language, { withDay: true }),
    audience: null,
  }))
  const save = () => {
    const head = [
      t('listNumber'),
      t('listClause'),
      t('listLanguage'),
      t('listWho'),
      t('strikes'),
      t('putsIn'),
      t('listState'),
      t('listAt'),
    ]
    const lines = shown.map(({ number, place, alternative, turn }) => [
      number,
      clauseName(place),
      languageName(place),
      [naming.party(alternative.party), authorOf(alternative)].filter((part) => part !== '').join(' · '),
      struckIn(alternative)
        .map(({ deletes }) => deletes)
        .join(' / '),
      putIn(alternative)
        .map(({ inserts }) => inserts)
        .join(' / '),
      [t(turns[turn]), stances(alternative)].filter((part) => part !== '').join(' · '),
      new Date(latestIn(alternative)).toISOString(),
    ])
    saveFile(`${document.id}-${t('listFile')}.csv`, toCsv([head, ...lines]), 'text/csv;charset=utf-8')
  }
  return (
    <div data-printed="over">
      <Group justify="space-between" mb="sm" className={classes.listTools}>
        <Switch
          size="sm"
          label={t('listOnlyUs')}
          checked={onlyUs}
          onChange={({ currentTarget: { checked } }) => setOnlyUs(checked)}
        />
        <Group gap={6}>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={16} stroke={1.5} />}
            disabled={shown.length === 0}
            onClick={save}
          >
            {t('listCsv')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPrinter size={16} stroke={1.5} />}
            onClick={() => window.print()}
          >
            {t('listPrint')}
          </Button>
        </Group>
      </Group>
      {shown.length === 0 ? (
        <p className={classes.nothing}>{t(rows.length === 0 ? 'listNone' : 'listNoneFiltered')}</p>
      ) : (
        <table className={classes.list}>
          <caption>{say(document.title)}</caption>
          <thead>
            <tr>
              <th scope="col">{t('listNumber')}</th>
              <th scope="col">{t('listClause')}</th>
              <th scope="col">{t('listWho')}</th>
              <th scope="col">{t('listChange')}</th>
              <th scope="col">{t('listState')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ number, place, alternative, turn }) => (
              <tr key={`${place.place} ${alternative.party}`}>
                <td>
                  <button type="button" className={classes.link} onClick={() => onShow(place.place)}>
                    {number}
                  </button>
                </td>
                <td>
                  {clauseName(place)}
                  <span className={classes.meta}>{languageName(place)}</span>
                </td>
                <td>
                  {initiative().isParty(alternative.party) ? (
                    <PartyMark party={alternative.party} />
                  ) : (
                    naming.party(null)
                  )}
                  <span className={classes.meta}>{authorOf(alternative)}</span>
                  <span className={classes.meta}>{formatInstant(latestIn(alternative), language)}</span>
                </td>
                <td className={classes.words} lang={place.language ?? undefined}>
                  {struckIn(alternative).map(({ id, deletes }) => (
                    <del key={id}>
                      <Verbatim>{deletes}</Verbatim>
                    </del>
                  ))}
                  {putIn(alternative).map(({ id, inserts }) => (
                    <ins key={id}>
                      <Verbatim>{inserts}</Verbatim>
                    </ins>
                  ))}
                </td>
                <td>
                  {t(turns[turn])}
                  <span className={classes.meta}>{stances(alternative)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
