/** Words that the text itself shows about what stands in it otherwise than it should. */
import { defineMessages } from '#client/i18n/messages.ts'

export const editorMessages = defineMessages('editor', {
  en: {
    twin: 'This clause bears the id of an earlier one. Comments and links lead to that one.',
    twice: 'This clause has more than one text in a language. All of them count.',
    lacking: 'This clause has no text in one of the languages.',
  },
  ja: {
    twin: 'この条項のIDは前の条項と同じです。コメントとリンクは前の条項を指します。',
    twice: 'この条項には、同じ言語の本文が二つ以上あります。すべてが本文に含まれます。',
    lacking: 'この条項には、一方の言語の本文がありません。',
  },
})
