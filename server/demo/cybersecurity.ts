/** What the cybersecurity and information security group brings to the demo initiative: targets, actions and its MOU. */
import type { GroupContent } from './content.ts'

export const cybersecurity: GroupContent = {
  group: 'cybersecurity',
  targets: [
    {
      key: 'sector-counterparts',
      statement: {
        en: 'A counterpart office in the United States for each of Japan’s 14 infrastructure sectors, known on both sides.',
        ja: '日本の重要インフラ14分野のそれぞれについて、米国側の対応部署を定め、双方で把握していること。',
      },
      measure: {
        en: 'Number of the 14 sectors with a named office on each side, reached in a test call.',
        ja: '14分野のうち、双方の担当部署を指定し、試験連絡で応答を確認した分野の数',
      },
      baseline: {
        en: 'The two sides divide infrastructure into sectors differently. No table shows which matches which.',
        ja: 'インフラの分野の区分が双方で相違。対応関係を示す表はなし。',
      },
      target: {
        en: 'All 14 sectors.',
        ja: '14分野全て',
      },
      due: '2026-09-30',
      owner: { us: 'us-state', jp: 'jp-nss' },
      status: 'done',
      statusReason: {
        en: 'All 14 offices answered the test call of 29 September 2026.',
        ja: '2026年9月29日の試験連絡で、14分野全ての担当部署の応答を確認。',
      },
    },
    {
      key: 'incident-notice',
      statement: {
        en: 'Prompt word of serious cyber incidents between the two sides, in one form.',
        ja: '重大なサイバー事案を、共通の様式により速やかに通知し合うこと。',
      },
      measure: {
        en: 'Hours from confirmation of a serious incident on one side to notice on the other.',
        ja: '一方で重大な事案を確認してから他方に通知するまでの時間',
      },
      baseline: {
        en: 'Two separate notification forms and no time limit.',
        ja: '2種類の通知様式が併存し、期限の定めもなし。',
      },
      target: {
        en: '24 hours or less in all 14 sectors, in one form.',
        ja: '14分野全てにおいて、共通の様式により24時間以内',
      },
      due: '2027-03-31',
      owner: { us: 'us-state', jp: 'jp-npa' },
      status: 'onTrack',
      statusReason: {
        en: 'The common form is in its second draft. One bracket is left, on the definition of “serious”.',
        ja: '共通様式は第2次案の段階。残る括弧書きは「重大」の定義に関する1か所のみ。',
      },
    },
    {
      key: 'exercises',
      statement: {
        en: 'Joint exercises of civilian cyberdefence in which private operators of both countries take part.',
        ja: '両国の民間事業者が参加する、民生サイバー防衛の共同演習を行うこと。',
      },
      measure: {
        en: 'Number of exercises held whose follow-up points were closed within 90 days.',
        ja: '実施した演習のうち、改善事項への対応を90日以内に終えたものの数',
      },
      baseline: {
        en: 'No joint exercise with private operators before the Initiative.',
        ja: 'イニシアティブ開始前に、民間事業者を交えた共同演習の実績なし。',
      },
      target: {
        en: 'Four exercises, one of them across sectors.',
        ja: '4回（うち1回は分野横断型）',
      },
      due: '2027-11-30',
      owner: { us: 'us-energy', jp: 'jp-meti' },
      status: 'atRisk',
      statusReason: {
        en: 'One of four is complete. The second has slipped to January 2027, which leaves less than a year for the last two and their follow-up.',
        ja: '4回中1回を完了。第2回が2027年1月に延期されたため、残る2回とその改善対応に充てられる期間は1年未満。',
      },
    },
    {
      key: 'access-standards',
      statement: {
        en: 'Comparable standards on both sides for allowing access to classified and other sensitive technology.',
        ja: '秘密指定された技術その他の機微技術へのアクセスを認める基準を、双方で同等なものとすること。',
      },
      measure: {
        en: 'Number of the six elements (vetting of persons, facilities, information systems, marking, onward transfer, breaches) on which both sides record their standards as comparable.',
        ja: '6要素（人的審査、施設、情報システム、表示、再移転、違反への対応）のうち、双方が基準の同等性を記録した要素の数',
      },
      baseline: {
        en: 'No element compared. Japan’s Specially Designated Secrets law (2014) and the U.S. rules are read side by side only case by case.',
        ja: '比較済みの要素は皆無。日本の特定秘密保護法（2014年施行）と米国の規則との照合は個別案件ごとに実施。',
      },
      target: {
        en: 'All six elements, with a joint paper for the principals.',
        ja: '6要素全て及び閣僚に提出する共同ペーパーの作成',
      },
      due: '2027-10-29',
      owner: { us: 'us-defense', jp: 'jp-nss' },
      status: 'blocked',
      statusReason: {
        en: 'The vetting of employees of private firms is disputed: whether it falls in this group’s remit has been escalated, and a decision is expected from the Cabinet-level meeting of 21 January 2027.',
        ja: '民間企業の従業員に対する人的審査を本作業部会の所掌に含めるかについて見解が分かれ、上位協議に付された。2027年1月21日の閣僚会合で判断が示される見込み。',
      },
    },
    {
      key: 'supplier-questionnaire',
      statement: {
        en: 'One security questionnaire for suppliers of infrastructure operators, accepted on both sides.',
        ja: 'インフラ事業者の調達先に対するセキュリティ質問票を一本化し、双方で受け入れること。',
      },
      measure: {
        en: 'Number of sectors in which operators of both countries accept the common questionnaire.',
        ja: '両国の事業者が共通質問票を受け入れた分野の数',
      },
      baseline: {
        en: 'Two separate questionnaires. A supplier that serves both countries answers both.',
        ja: '2種類の質問票が併存。両国に納入する調達先は双方に回答。',
      },
      target: {
        en: 'Five sectors, among them electric power, telecommunications and finance.',
        ja: '電力、通信、金融を含む5分野',
      },
      due: '2027-07-30',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      status: 'onTrack',
      statusReason: {
        en: 'The two questionnaires are merged. The advisory panel is testing the first common draft.',
        ja: '2種類の質問票の統合を終了。諮問パネルが共通質問票の第1次案を検証中。',
      },
    },
  ],
  actions: [
    {
      what: {
        en: 'Draw up a table that matches Japan’s 14 infrastructure sectors with the corresponding sectors in the United States.',
        ja: '日本の重要インフラ14分野と米国の対応分野との対照表を作成する。',
      },
      serves: 'sector-counterparts',
      owner: { us: 'us-state', jp: 'jp-nss' },
      start: '2026-02-02',
      due: '2026-05-29',
      milestone: {
        en: 'Table cleared by both co-chairs.',
        ja: '双方の共同議長による対照表の確認',
      },
      status: 'done',
      statusReason: {
        en: 'Cleared on 26 May 2026. Two sectors each have two counterparts, and the table says so.',
        ja: '2026年5月26日に確認を終了。対応先が2つある2分野については、その旨を表に明記。',
      },
    },
    {
      what: {
        en: 'Name a counterpart office for every sector and reach each in a test call.',
        ja: '全分野の対応部署を指定し、試験連絡により応答を確認する。',
      },
      serves: 'sector-counterparts',
      owner: { us: 'us-state', jp: 'jp-cabinet-office' },
      start: '2026-06-01',
      due: '2026-09-30',
      milestone: {
        en: 'Test call answered in all 14 sectors.',
        ja: '14分野全てで試験連絡に応答',
      },
      status: 'done',
      statusReason: {
        en: 'The test call of 29 September 2026 was answered in all 14 sectors.',
        ja: '2026年9月29日の試験連絡に14分野全てが応答。',
      },
    },
    {
      what: {
        en: 'Hold the second joint exercise, on electric power and gas.',
        ja: '電力及びガスを対象とする第2回共同演習を実施する。',
      },
      serves: 'exercises',
      owner: { us: 'us-energy', jp: 'jp-meti' },
      start: '2026-08-03',
      due: '2026-10-30',
      milestone: {
        en: 'Exercise held with operators of both countries.',
        ja: '両国の事業者が参加する演習の実施',
      },
      status: 'atRisk',
      statusReason: {
        en: 'Past due: operators asked for more time to clear what they may disclose. The new date is 19 January 2027.',
        ja: '期限超過。開示できる情報の範囲について、事業者から社内確認の時間を求められたため。新たな実施日は2027年1月19日。',
      },
    },
    {
      what: {
        en: 'Compare the access standards of both sides, element by element.',
        ja: '双方のアクセス基準を要素ごとに比較する。',
      },
      serves: 'access-standards',
      owner: { us: 'us-defense', jp: 'jp-mod' },
      start: '2026-06-22',
      due: '2026-11-20',
      milestone: {
        en: 'Comparison of all six elements in one paper.',
        ja: '6要素全ての比較を一つのペーパーに収録',
      },
      status: 'atRisk',
      statusReason: {
        en: 'Past due: five elements are compared. The vetting of persons waits for the decision on remit.',
        ja: '期限超過。5要素の比較を終了。人的審査は所掌に関する判断を待つ状態。',
      },
    },
    {
      what: {
        en: 'Draft the common form for incident notice and the definition of a serious incident.',
        ja: '事案通知の共通様式及び重大な事案の定義を起草する。',
      },
      serves: 'incident-notice',
      owner: { us: 'us-state', jp: 'jp-npa' },
      start: '2026-07-06',
      due: '2026-12-18',
      milestone: {
        en: 'Form and definition with no bracket left.',
        ja: '様式及び定義の括弧書きの解消',
      },
      status: 'onTrack',
      statusReason: {
        en: 'The second draft was exchanged on 12 November 2026. The last bracket is on the co-chairs’ agenda for 3 December.',
        ja: '2026年11月12日に第2次案を交換。最後の括弧書きは12月3日の共同議長会合で協議予定。',
      },
    },
    {
      what: {
        en: 'Test the common supplier questionnaire with operators and suppliers, through the advisory panel.',
        ja: '諮問パネルを通じ、事業者及び調達先とともに共通質問票を検証する。',
      },
      serves: 'supplier-questionnaire',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      start: '2026-10-05',
      due: '2027-03-26',
      milestone: {
        en: 'Second draft, with the disposition of every panel comment.',
        ja: '諮問委員の全意見への対応結果を反映した第2次案の作成',
      },
      status: 'onTrack',
      statusReason: {
        en: 'Panelists from three sectors have begun. Two more sectors join in January 2027.',
        ja: '3分野の諮問委員が検証を開始。2027年1月に更に2分野が参加予定。',
      },
    },
    {
      what: {
        en: 'Try out incident notice in three sectors: electric power, telecommunications and finance.',
        ja: '電力、通信、金融の3分野で事案通知を試行する。',
      },
      serves: 'incident-notice',
      owner: { us: 'us-commerce', jp: 'jp-cabinet-office' },
      start: '2027-01-12',
      due: '2027-03-19',
      milestone: {
        en: 'Trial notices given within 24 hours in both directions.',
        ja: '双方向とも24時間以内に試行通知を完了',
      },
      status: 'onTrack',
      statusReason: {
        en: 'Not yet begun, as planned. The offices of the three sectors have confirmed the dates.',
        ja: '予定どおり未着手。3分野の担当部署が日程を了承済み。',
      },
    },
  ],
  mou: {
    title: {
      en: 'Memorandum of Understanding on Cooperation in Cybersecurity and Information Security',
      ja: 'サイバーセキュリティ及び情報保全に関する協力覚書',
    },
    preamble: [
      {
        en: 'The Department of State of the United States of America and the Ministry of Foreign Affairs of Japan (hereinafter each a “Participant” and together the “Participants”), in coordination with the agencies of their governments that are responsible for the matters below,',
        ja: 'アメリカ合衆国国務省及び日本国外務省（以下それぞれを「参加者」といい、併せて「双方」という。）は、以下の事項を所管するそれぞれの政府の関係機関と調整の上、',
      },
      {
        en: 'Recalling that the Economic Security Initiative seeks specific outcomes within two years, and that civilian cyberdefence is among its six fields of work;',
        ja: '経済安全保障イニシアティブが2年間で具体的な成果を得ることを目指し、民生サイバー防衛がその六つの作業分野の一つに含まれることを想起し、',
      },
      {
        en: 'Noting that much of the critical infrastructure of both countries is run by private operators, and that an attack on one side may be the first sign of an attack on the other;',
        ja: '両国の重要インフラの多くが民間事業者により運営されていること、及び一方に対する攻撃が他方に対する攻撃の最初の兆候となり得ることに留意し、',
      },
      {
        en: 'Believing that sensitive technology can be shared with confidence only where the standards for access to it are comparable, have come to the following understanding:',
        ja: '機微技術は、それへのアクセスに関する基準が同等である場合に初めて安心して共有し得るとの考えの下、次のとおり意図を共有する。',
      },
    ],
    articles: [
      {
        title: { en: 'Purpose', ja: '目的' },
        body: [
          {
            en: 'This Memorandum sets out how the Participants intend to work together on civilian cyberdefence, above all of critical infrastructure, and on standards for allowing access to sensitive technology.',
            ja: '本覚書は、重要インフラを中心とする民生サイバー防衛及び機微技術へのアクセスを認める基準について、双方がどのように協力する意図を有するかを定める。',
          },
          {
            en: 'It expresses political intent and is not binding in law. It does not affect existing arrangements between the two governments on defence, law enforcement or the protection of classified information.',
            ja: '本覚書は、政策上の意図を表明するものであって、法的拘束力を有しない。また、防衛、法執行又は秘密情報の保護に関する両政府間の既存の取決めに影響を及ぼすものではない。',
          },
        ],
      },
      {
        title: { en: 'Scope', ja: '対象範囲' },
        body: [
          {
            en: 'Cooperation will extend to Japan’s 14 infrastructure sectors and to the sectors in the United States that correspond to them under the table kept by the co-chairs. It comprises:',
            ja: '協力は、日本の重要インフラ14分野及び共同議長が管理する対照表においてこれに対応する米国の分野を対象とし、次の事項から成る。',
          },
          {
            points: [
              { en: 'notice of serious incidents;', ja: '重大な事案の通知' },
              {
                en: 'exercises with private operators;',
                ja: '民間事業者が参加する演習',
              },
              {
                en: 'security requirements for suppliers of those operators;',
                ja: '当該事業者の調達先に対するセキュリティ要件',
              },
              {
                en: 'standards for access to classified and other sensitive technology.',
                ja: '秘密指定された技術その他の機微技術へのアクセスに関する基準',
              },
            ],
          },
          {
            en: 'Military cyber operations and criminal investigations are outside this Memorandum.',
            ja: '軍事的なサイバー活動及び犯罪捜査は、本覚書の対象としない。',
          },
        ],
      },
      {
        title: { en: 'Notice of incidents', ja: '事案の通知' },
        body: [
          {
            en: 'A Participant intends to notify the other, in the common form, within 24 hours after a serious incident has been confirmed in one of the sectors on its side. First notice need not be complete and may be corrected later.',
            ja: '参加者は、自国の対象分野において重大な事案を確認したときは、24時間以内に、共通の様式により他方の参加者に通知する意図を有する。最初の通知は完全であることを要せず、後に訂正することができる。',
          },
          {
            en: 'A notice will state, as far as known:',
            ja: '通知には、判明している範囲で次の事項を記載する。',
          },
          {
            points: [
              { en: 'the sector and the essential service affected;', ja: '影響を受けた分野及び基幹的なサービス' },
              {
                en: 'the time of confirmation and the present state;',
                ja: '確認した時刻及び現在の状況',
              },
              {
                en: 'technical signs that help the other side to search its own networks;',
                ja: '他方が自国のネットワークを点検する上で有用な技術的指標',
              },
              { en: 'the handling mark, and who may be told.', ja: '取扱区分及び情報を伝達してよい範囲' },
            ],
          },
          {
            en: 'The Participants will not name the operator concerned without its consent, unless the law of the notifying side so requires.',
            ja: '双方は、通知を行う側の法令により求められる場合を除き、関係する事業者の同意なくその名称を明らかにしない。',
          },
        ],
      },
      {
        title: { en: 'Exercises and suppliers', ja: '演習及び調達先' },
        body: [
          {
            en: 'The Participants intend to see four joint exercises held before the Initiative ends, at least one of them across sectors, with private operators of both countries. The points found in each are to be followed up within 90 days.',
            ja: '双方は、イニシアティブの終了までに、両国の民間事業者が参加する共同演習を4回、うち少なくとも1回は分野横断型で実施する意図を有する。各演習で判明した改善事項には、90日以内に対応する。',
          },
          {
            en: 'The Participants intend to prepare one security questionnaire for suppliers and to encourage operators to accept it in place of their own. It will ask only for what an operator needs in order to judge a risk.',
            ja: '双方は、調達先向けのセキュリティ質問票を一本化し、事業者が独自の質問票に代えてこれを受け入れるよう促す意図を有する。同質問票では、事業者がリスクを判断するために必要な事項に限って回答を求める。',
          },
        ],
      },
      {
        title: { en: 'Standards for access to sensitive technology', ja: '機微技術へのアクセスに関する基準' },
        body: [
          {
            en: 'The Participants intend to compare the standards under which each side allows access to classified and other sensitive technology, including those under Japan’s Specially Designated Secrets law of 2014, and to bring them to a comparable level in these respects:',
            ja: '双方は、2014年に施行された日本の特定秘密保護法に基づくものを含め、秘密指定された技術その他の機微技術へのアクセスを認める双方の基準を比較し、次の点において同等の水準とする意図を有する。',
          },
          {
            points: [
              { en: 'vetting of persons;', ja: '人的審査' },
              { en: 'security of facilities;', ja: '施設の保全' },
              { en: 'security of information systems;', ja: '情報システムの保全' },
              { en: 'marking;', ja: '表示' },
              { en: 'onward transfer;', ja: '再移転' },
              { en: 'response to breaches.', ja: '違反への対応' },
            ],
          },
          {
            en: 'A finding that standards are comparable gives no person and no firm a right of access. Each access remains the decision of the authority that is responsible for the technology.',
            ja: '基準が同等であるとの確認は、いかなる個人又は企業に対してもアクセスの権利を与えるものではない。個々のアクセスの可否は、引き続き当該技術を所管する当局が判断する。',
          },
        ],
      },
      {
        title: { en: 'Panel of experts', ja: '専門家による諮問パネル' },
        body: [
          {
            en: 'An advisory panel of experts from operators, suppliers and universities of both countries will comment on the drafts opened to it, and may propose subjects for exercises.',
            ja: '両国の事業者、調達先及び大学の専門家から成る諮問パネルは、開示された案に対して意見を述べ、また、演習の題材を提案することができる。',
          },
          {
            en: 'The co-chairs intend to record a disposition of each comment, with a reason, within 30 days. The panel will not receive notices of incidents.',
            ja: '共同議長は、各意見への対応結果を、理由とともに30日以内に記録する意図を有する。事案の通知は、諮問パネルには提供しない。',
          },
        ],
      },
      {
        title: { en: 'Contact points and handling of information', ja: '連絡窓口及び情報の取扱い' },
        body: [
          {
            en: 'Each Participant will maintain a contact point that can be reached at any hour, and a list of the offices responsible for each sector. Both will be tested twice a year.',
            ja: '各参加者は、常時連絡可能な窓口及び分野ごとの担当部署の一覧を維持する。双方は、これらを年2回検証する。',
          },
          {
            en: 'Information will carry a handling mark of the side that provides it, such as “REL TO USA, JPN”, TLP:AMBER or Japan’s “Confidentiality 2”. The Participants will keep a table of which marks correspond, and in case of doubt intend to follow the stricter one.',
            ja: '情報には、「REL TO USA, JPN」、TLP:AMBER、機密性2など、提供する側の取扱区分を付す。双方は、取扱区分の対応表を維持し、疑義がある場合には、より厳格な区分に従う意図を有する。',
          },
          {
            en: 'The shared workspace in which texts under this Memorandum are drafted never holds classified information. Where such information is needed, it will pass only through the channels that the two governments have established for it.',
            ja: '本覚書に係る文書を作成する共有の作業環境には、秘密指定された情報を一切置かない。当該情報が必要な場合には、両政府がそのために設けた経路によってのみ伝達する。',
          },
        ],
      },
      {
        title: { en: 'Review and coming into effect', ja: '見直し及び適用の開始' },
        body: [
          {
            en: 'The co-chairs will review the working of this Memorandum every quarter, and in addition within 30 days after any serious incident of which notice was given under it. The result will be reported to the management committee.',
            ja: '共同議長は、本覚書の運用状況を四半期ごとに、また、本覚書に基づき通知された重大な事案の後30日以内に点検し、その結果を運営委員会に報告する。',
          },
          {
            en: 'This Memorandum may be modified by mutual written consent. Differences over its meaning will be settled by consultation, first between the co-chairs and then in the management committee.',
            ja: '本覚書は、双方の書面による同意により修正することができる。その意味に関する相違は、まず共同議長間の、次いで運営委員会における協議により解決する。',
          },
          {
            en: 'This Memorandum will come into effect 30 days after signature, so that contact points can be tested beforehand, and will continue until 14 January 2028 unless extended. A Participant that wishes to withdraw intends to give 60 days’ written notice; information already received will keep its handling mark thereafter.',
            ja: '本覚書は、連絡窓口を事前に検証できるよう、署名の日の30日後から適用され、延長されない限り2028年1月14日まで継続する。参加を取りやめようとする参加者は、60日前までに書面で通知する意図を有する。既に受領した情報の取扱区分は、その後も維持する。',
          },
        ],
      },
    ],
    signature: [
      {
        en: 'Done in duplicate, in the English and Japanese languages, at ____________, on ____________.',
        ja: '____年__月__日、____________において、英語及び日本語により本書2通を作成した。',
      },
      {
        en: 'For the Department of State of the United States of America: ____________',
        ja: 'アメリカ合衆国国務省のために　____________',
      },
      {
        en: 'For the Ministry of Foreign Affairs of Japan: ____________',
        ja: '日本国外務省のために　____________',
      },
    ],
  },
}
