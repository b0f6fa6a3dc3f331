/** Words for what happened to an open document besides its words, and while the reader was away. */
import { defineMessages } from '#client/i18n/messages.ts'

export const noticeMessages = defineMessages('notices', {
  en: {
    taken: '{{name}} took the snapshot “{{label}}” of this text.',
    restored: '{{name}} brought the text back to “{{label}}”.',
    restoredOther: '{{name}} brought the text back to an earlier version.',
    missed: 'Changed since you last looked ({{when}}), by {{names}}.',
    show: 'Show what changed',
    showKey: 'Ctrl Alt J',
  },
  ja: {
    taken: '{{name}}がこの本文の記録版「{{label}}」を作成しました。',
    restored: '{{name}}が本文を「{{label}}」に戻しました。',
    restoredOther: '{{name}}が本文を以前の版に戻しました。',
    missed: '前回の閲覧（{{when}}）以降に、{{names}}が変更しました。',
    show: '変更箇所を表示',
    showKey: 'Ctrl Alt J',
  },
})
