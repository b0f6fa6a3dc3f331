/** Words about signs in a text; apart from those of the frame, which are there before any text is. */
import { defineMessages } from '#client/i18n/messages.ts'

export const wordsMessages = defineMessages('words', {
  en: {
    signs: 'Signs that cannot be read',
    signsCount_one: '{{count}} character here cannot be seen, or passes for another. It is drawn as a sign.',
    signsCount_other: '{{count}} characters here cannot be seen, or pass for others. They are drawn as signs.',
    signsShow: 'Show the first one',
  },
  ja: {
    signs: '目に見えない文字など',
    signsCount_other: '目に見えない文字、または別の文字に見える文字が{{count}}個あります。記号で表示しています。',
    signsShow: '最初の箇所を表示',
  },
})
