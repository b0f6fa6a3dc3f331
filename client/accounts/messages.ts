/** Words of the way in. */
import { defineMessages } from '#client/i18n/messages.ts'

export const sessionMessages = defineMessages('session', {
  en: {
    title: 'Take your seat',
    what: 'Alternat is where delegations draft, comment on and agree one text together, in English and Japanese side by side.',
    unclassified: 'It never holds classified information. Do not enter any.',
    demo: 'This is a demonstration: every seat here is open to anyone.',
    group: 'Working group',
    panel: 'Advisory panel',
    above: 'Committees and secretariat',
    takeSeat: 'Take the seat of {{seat}}',
    failed: 'You could not be signed in: {{reason}}',
    empty: 'No seats can be taken here. Sign in through your organisation.',
  },
  ja: {
    title: '立場の選択',
    what: 'Alternatは、複数の代表団が一つの文書を、英語と日本語を並べて共に起草し、意見を交わし、合意するための場です。',
    unclassified: '秘密指定された情報は取り扱いません。入力しないでください。',
    demo: 'これはデモです。この一覧の立場はどなたでもお使いいただけます。',
    group: '作業部会',
    panel: '諮問パネル',
    above: '作業部会を統括・支援する立場',
    takeSeat: '{{seat}}として始める',
    failed: 'サインインできませんでした：{{reason}}',
    empty: 'ここで選べる立場はありません。所属機関を通じてサインインしてください。',
  },
})
