/** Why the server did not do what was asked, in the reader's language: its own sentences are English. */
import { defineMessages } from '#client/i18n/messages.ts'

export const reasonMessages = defineMessages('reason', {
  en: {
    unreachable: 'The server cannot be reached.',
    signedOut: 'You are no longer signed in.',
    forbidden: 'Your seat does not allow this.',
    missing: 'It no longer exists.',
    conflict: 'It does not fit what is there now. Please look at that again.',
    unusable: 'What was entered cannot be used.',
    tooLong: 'It is too long.',
    tooOften: 'Too much was asked in a short time. Please try again shortly.',
    unavailable: 'The server cannot save at the moment. Please try again shortly.',
    failed: 'Something went wrong on the server. Please try again.',
  },
  ja: {
    unreachable: 'サーバーに接続できません。',
    signedOut: 'サインインが終了しています。',
    forbidden: '現在の立場にはこの操作の権限がありません。',
    missing: '対象が存在しません。',
    conflict: '現在の内容と合わないため、実行できません。内容をご確認ください。',
    unusable: '入力内容を受け付けられません。',
    tooLong: '内容が長すぎます。',
    tooOften: '短時間に操作が集中しました。しばらくしてからもう一度お試しください。',
    unavailable: '現在、サーバーに保存できません。しばらくしてからもう一度お試しください。',
    failed: 'サーバーで問題が発生しました。もう一度お試しください。',
  },
})
