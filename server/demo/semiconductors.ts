/** What the semiconductor technologies group brings to the demo initiative: targets, actions and its MOU. */
import type { GroupContent } from './content.ts'

export const semiconductors: GroupContent = {
  group: 'semiconductors',
  targets: [
    {
      key: 'shared-map',
      statement: {
        en: 'One shared map of the semiconductor supply chain, from design to packaging, that both sides use when they set priorities.',
        ja: '設計から後工程までの半導体サプライチェーンを一つの共有マップにまとめ、双方が優先順位を定める際の基礎として用いること。',
      },
      measure: {
        en: 'Number of the five stages (design, materials, equipment, fabrication, packaging) mapped and cleared by both co-chairs.',
        ja: '5段階（設計、材料、製造装置、前工程、後工程）のうち、マップを作成し、双方の共同議長が確認を終えた段階の数',
      },
      baseline: {
        en: 'Each side keeps its own map. The stages are defined differently and the two cannot be laid side by side.',
        ja: '段階の定義が異なり、双方がそれぞれ独自のマップを保有し、相互の照合ができない状態。',
      },
      target: {
        en: 'All five stages in one map, updated twice a year.',
        ja: '全5段階を一つのマップに収録し、年2回更新',
      },
      due: '2027-03-31',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      status: 'onTrack',
      statusReason: {
        en: 'Materials, equipment and fabrication were cleared in October 2026. Design and packaging are being drafted.',
        ja: '材料、製造装置及び前工程は2026年10月に確認済み。設計と後工程を作成中。',
      },
    },
    {
      key: 'support-notice',
      statement: {
        en: 'Advance notice of major public support for semiconductor projects, so that the two sides do not fund the same capacity twice.',
        ja: '半導体事業に対する大型の公的支援を事前に通知し合い、同じ生産能力への重複支援を避けること。',
      },
      measure: {
        en: 'Share of support decisions above the joint threshold that are notified at least 30 days before they are announced.',
        ja: '共通の基準額を超える支援決定のうち、公表の30日前までに通知したものの割合',
      },
      baseline: {
        en: 'No joint threshold and no notice form. Support on the scale of the JPY 400 billion for the Kyushu fab has no place on a shared calendar.',
        ja: '共通の基準額も通知様式もなし。九州の工場への4,000億円規模の支援を載せる共通日程表も未整備。',
      },
      target: {
        en: 'Every decision above the threshold, for two consecutive quarters.',
        ja: '基準額を超える全ての決定について、2四半期連続で実施',
      },
      due: '2027-09-30',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      status: 'atRisk',
      statusReason: {
        en: 'The threshold is not settled: the delegations differ on whether loans and tax credits count. Two options go to the management committee on 10 December 2026.',
        ja: '基準額が未定。融資と税額控除を算入するかについて両代表団の見解が異なり、二つの案を2026年12月10日の運営委員会に諮る予定。',
      },
    },
    {
      key: 'screening-terms',
      statement: {
        en: 'Sensitive semiconductor activities described in the same terms for investment screening on both sides.',
        ja: '投資審査において注視すべき半導体関連の事業活動を、双方で同じ用語により記述すること。',
      },
      measure: {
        en: 'Number of activities on the joint reference list that both screening authorities use in their case work.',
        ja: '共同参照リストに掲載され、双方の審査当局が個別審査で使用する事業活動の数',
      },
      baseline: {
        en: 'FIRRMA and FTFEA are applied with separate descriptions. No concordance exists between the two.',
        ja: 'FIRRMAと外為法は別々の記述により運用。両者の対照表は存在せず。',
      },
      target: {
        en: 'A reference list of at least 20 activities, in use on both sides.',
        ja: '20以上の事業活動を収めた参照リストを双方で使用',
      },
      due: '2027-10-29',
      owner: { us: 'us-treasury', jp: 'jp-mof' },
      status: 'onTrack',
      statusReason: {
        en: 'Both screening authorities handed in their descriptions in September 2026. The Investment restrictions group has no objection to the approach.',
        ja: '双方の審査当局が2026年9月に記述を提出済み。進め方について投資規制作業部会から異論なし。',
      },
    },
    {
      key: 'control-parameters',
      statement: {
        en: 'Common technical parameters for controls on the semiconductor technologies that matter most to both sides.',
        ja: '双方にとって最も重要な半導体技術の輸出管理について、共通の技術パラメーターを定めること。',
      },
      measure: {
        en: 'Number of priority technologies for which both sides apply the same technical thresholds.',
        ja: '双方が同一の技術的閾値を適用する優先技術の数',
      },
      baseline: {
        en: 'Ten priority technologies are named. None has a shared threshold.',
        ja: '優先技術として10件を特定済み。共通の閾値を持つものは皆無。',
      },
      target: {
        en: 'Shared thresholds for all ten, in a form that can be proposed to the Wassenaar Arrangement.',
        ja: '10件全てについて、ワッセナー・アレンジメントに提案し得る形で共通の閾値を設定',
      },
      due: '2027-11-30',
      owner: { us: 'us-bis', jp: 'jp-meti' },
      status: 'blocked',
      statusReason: {
        en: 'The scope article of the Export controls MOU is still in brackets, and three of the ten technologies depend on it. The co-chairs escalated it to the management committee on 6 November 2026.',
        ja: '輸出管理の協力覚書の対象範囲に関する条項に括弧書きが残り、10件中3件がその結果に左右されるため。共同議長は2026年11月6日に運営委員会の上位協議に付した。',
      },
    },
    {
      key: 'early-warning',
      statement: {
        en: 'A working channel through which each side warns the other of shortages and disruptions in semiconductor supply.',
        ja: '半導体の供給不足又は途絶の兆候を互いに知らせる、実際に機能する連絡経路を設けること。',
      },
      measure: {
        en: 'Working days between the first sign on one side and the word to the other, as shown in an exercise.',
        ja: '一方が兆候を把握してから他方に伝達するまでの営業日数（演習で測定）',
      },
      baseline: {
        en: 'No named contact points. Word passes by individual e-mail, with no time limit.',
        ja: '連絡窓口の指定なし。担当者間の個別の電子メールに依存し、期限の定めもなし。',
      },
      target: {
        en: 'Two working days or fewer, shown in one exercise.',
        ja: '演習において2営業日以内の伝達を確認',
      },
      due: '2026-10-15',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      status: 'done',
      statusReason: {
        en: 'In the exercise of 16 September 2026 the word passed in one working day in both directions.',
        ja: '2026年9月16日の演習で、双方向とも1営業日以内の伝達を確認。',
      },
    },
  ],
  actions: [
    {
      what: {
        en: 'Lay the two sides’ stage definitions side by side and settle one set of five.',
        ja: '双方の段階定義を突き合わせ、5段階の共通定義を確定する。',
      },
      serves: 'shared-map',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      start: '2026-03-16',
      due: '2026-06-30',
      milestone: {
        en: 'Common definitions adopted by the co-chairs.',
        ja: '共同議長による共通定義の採択',
      },
      status: 'done',
      statusReason: {
        en: 'Adopted on 24 June 2026. The Supply chain group uses the same definitions.',
        ja: '2026年6月24日に採択。サプライチェーン作業部会も同じ定義を使用。',
      },
    },
    {
      what: {
        en: 'Name contact points for early warning and test them in a first exercise.',
        ja: '早期警戒の連絡窓口を指定し、第1回演習で検証する。',
      },
      serves: 'early-warning',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      start: '2026-04-01',
      due: '2026-09-30',
      milestone: {
        en: 'Exercise held, with a written account by both sides.',
        ja: '演習の実施及び双方による結果報告の作成',
      },
      status: 'done',
      statusReason: {
        en: 'Exercise held on 16 September 2026; the joint account is filed with the secretariat.',
        ja: '2026年9月16日に演習を実施。共同の結果報告を事務局に提出済み。',
      },
    },
    {
      what: {
        en: 'Write a joint paper on the threshold for advance notice and on which forms of support count towards it.',
        ja: '事前通知の基準額と、算入すべき支援の種類に関する共同ペーパーを作成する。',
      },
      serves: 'support-notice',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      start: '2026-06-15',
      due: '2026-10-30',
      milestone: {
        en: 'One threshold, put to the management committee.',
        ja: '一本化した基準額の運営委員会への提示',
      },
      status: 'atRisk',
      statusReason: {
        en: 'Past due: the paper is written but still shows two options. The co-chairs meet once more before the committee of 10 December 2026.',
        ja: '期限超過。ペーパーは完成したが二案併記のまま。2026年12月10日の運営委員会の前に共同議長が再度協議する予定。',
      },
    },
    {
      what: {
        en: 'Compare the technical thresholds that each side applies to the ten priority technologies.',
        ja: '優先技術10件について、双方が適用する技術的閾値を比較する。',
      },
      serves: 'control-parameters',
      owner: { us: 'us-bis', jp: 'jp-meti' },
      start: '2026-05-11',
      due: '2026-11-13',
      milestone: {
        en: 'Comparison table complete for all ten.',
        ja: '10件全ての比較表の完成',
      },
      status: 'atRisk',
      statusReason: {
        en: 'Past due: seven of ten are compared. The other three cannot be completed until the scope of the Export controls MOU is known.',
        ja: '期限超過。10件中7件の比較を終了。残る3件は、輸出管理の協力覚書の対象範囲が定まるまで完了できず。',
      },
    },
    {
      what: {
        en: 'Complete the map for the design and packaging stages, with comments from the advisory panel.',
        ja: '諮問パネルの意見を踏まえ、設計及び後工程のマップを完成させる。',
      },
      serves: 'shared-map',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      start: '2026-07-01',
      due: '2027-02-26',
      milestone: {
        en: 'Both stages cleared, each panel comment with a recorded disposition.',
        ja: '両段階の確認終了及び諮問委員の全意見に対する対応結果の記録',
      },
      status: 'onTrack',
      statusReason: {
        en: 'The packaging draft has been before the panel since 9 November 2026; the design draft follows in December.',
        ja: '後工程の案は2026年11月9日から諮問パネルで検討中。設計の案は12月に提示予定。',
      },
    },
    {
      what: {
        en: 'Draw up a concordance of the semiconductor activities that FIRRMA and FTFEA screening each treat as sensitive.',
        ja: 'FIRRMAと外為法の各審査において機微とされる半導体関連の事業活動について、対照表を作成する。',
      },
      serves: 'screening-terms',
      owner: { us: 'us-treasury', jp: 'jp-meti' },
      start: '2026-09-14',
      due: '2027-04-28',
      milestone: {
        en: 'First full table sent to the Investment restrictions group.',
        ja: '対照表の全体案を投資規制作業部会に送付',
      },
      status: 'onTrack',
      statusReason: {
        en: 'Equipment and materials are paired. Design software is next.',
        ja: '製造装置と材料の対照を終了。次は設計ソフトウェア。',
      },
    },
    {
      what: {
        en: 'Run a trial of the advance notice form over one quarter.',
        ja: '事前通知様式を1四半期にわたり試行する。',
      },
      serves: 'support-notice',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      start: '2027-04-01',
      due: '2027-06-30',
      milestone: {
        en: 'Trial account, with proposed changes to the form.',
        ja: '様式の改善案を含む試行結果の報告',
      },
      status: 'onTrack',
      statusReason: {
        en: 'Not yet begun, as planned. The form is drafted and waits only for the threshold.',
        ja: '予定どおり未着手。様式案は作成済みで、基準額の確定を待つのみ。',
      },
    },
  ],
  mou: {
    title: {
      en: 'Memorandum of Understanding on Cooperation in Semiconductor Technologies',
      ja: '半導体技術に関する協力覚書',
    },
    preamble: [
      {
        en: 'The Department of Commerce of the United States of America and the Ministry of Economy, Trade and Industry of Japan (hereinafter each a “Participant” and together the “Participants”),',
        ja: 'アメリカ合衆国商務省及び日本国経済産業省（以下それぞれを「参加者」といい、併せて「双方」という。）は、',
      },
      {
        en: 'Recalling that the Economic Policy Consultative Committee launched a two-year Economic Security Initiative aimed at specific outcomes of policy coordination;',
        ja: '日米経済政策協議委員会が、政策協調の具体的な成果を目指す2年間の経済安全保障イニシアティブを開始したことを想起し、',
      },
      {
        en: 'Recognizing that investment screening, export controls and supply chain policy meet in semiconductors more closely than in any other field, and that measures taken in one of them without regard to the others lose much of their effect;',
        ja: '半導体は投資審査、輸出管理及びサプライチェーン政策が他のどの分野よりも密接に交わる分野であり、他を顧みずに講じた措置はその効果の多くを失うことを認識し、',
      },
      {
        en: 'Mindful that both governments devote substantial public funds to semiconductor capacity, and wishing that this support be complementary, have come to the following understanding:',
        ja: '両政府が半導体の生産能力に多額の公的資金を投じていることに留意し、これらの支援が相互に補完的なものとなることを希望して、次のとおり意図を共有する。',
      },
    ],
    articles: [
      {
        title: { en: 'Purpose', ja: '目的' },
        body: [
          {
            en: 'The purpose of this Memorandum is to bring the policies of the Participants on investment, export controls and supply chains together where they concern semiconductor technologies, and to reach the outcome targets of the Semiconductor technologies working group before the Initiative ends.',
            ja: '本覚書は、投資、輸出管理及びサプライチェーンに関する双方の政策のうち半導体技術に係るものを横断的に結び付け、イニシアティブの終了までに半導体技術作業部会の成果目標を達成することを目的とする。',
          },
          {
            en: 'This Memorandum records intentions. It creates no rights or obligations under domestic or international law and commits no funds.',
            ja: '本覚書は双方の意図を記すものであり、国内法上又は国際法上の権利又は義務を生じさせるものではなく、資金の拠出を約束するものでもない。',
          },
        ],
      },
      {
        title: { en: 'Scope', ja: '対象範囲' },
        body: [
          {
            en: 'Cooperation under this Memorandum will cover the following five stages of the semiconductor supply chain:',
            ja: '本覚書に基づく協力は、半導体サプライチェーンの次の5段階を対象とする。',
          },
          {
            points: [
              {
                en: 'design, including design software and intellectual property cores;',
                ja: '設計（設計ソフトウェア及び設計資産を含む。）',
              },
              { en: 'materials, including wafers, chemicals and gases;', ja: '材料（ウエハー、薬液及びガスを含む。）' },
              { en: 'manufacturing equipment, its parts and its servicing;', ja: '製造装置並びにその部品及び保守' },
              { en: 'fabrication;', ja: '前工程' },
              { en: 'assembly, testing and packaging.', ja: '組立、検査及びパッケージングを行う後工程' },
            ],
          },
          {
            en: 'Matters that reach beyond semiconductors remain with the working groups on investment restrictions, export controls, and supply chain integrity and resilience. Where a text of one of these groups is changed, the Participants intend to examine without delay whether this Memorandum should follow.',
            ja: '半導体にとどまらない事項は、引き続き投資規制、輸出管理並びにサプライチェーンの健全性及び強靱性の各作業部会の所掌とする。これらの作業部会の文書が変更された場合には、双方は、本覚書に反映する必要があるかを速やかに検討する意図を有する。',
          },
        ],
      },
      {
        title: { en: 'Coordination of public support', ja: '公的支援の調整' },
        body: [
          {
            en: 'Each Participant intends to inform the other of major public support for semiconductor projects, such as the support of JPY 400 billion for the fab in Kyushu, at least 30 days before it is announced, where domestic law allows. The Participants will set the threshold for such notice jointly.',
            ja: '各参加者は、九州の工場に対する4,000億円の支援のような半導体事業への大型の公的支援について、国内法令が許す場合には、公表の30日前までに他方の参加者に通知する意図を有する。通知の対象となる基準額は、双方が共同で定める。',
          },
          {
            en: 'When preparing such support, the Participants intend to consider:',
            ja: 'こうした支援を準備するに当たり、双方は次の事項を考慮する意図を有する。',
          },
          {
            points: [
              {
                en: 'whether the capacity in question is already being supported on the other side;',
                ja: '当該生産能力が他方において既に支援の対象となっているか否か',
              },
              {
                en: 'which gaps the shared supply chain map shows, and which of the two economies is better placed to close them;',
                ja: '共有サプライチェーン・マップが示す不足箇所及びそれを補う上で両国のいずれがより適しているか',
              },
              {
                en: 'what conditions on the later transfer of supported technology or capacity are comparable on both sides.',
                ja: '支援を受けた技術又は生産能力の事後の移転について、双方で同等となる条件',
              },
            ],
          },
          {
            en: 'Nothing in this Article gives one Participant a say in the decisions of the other.',
            ja: '本条のいかなる規定も、一方の参加者に対し、他方の参加者の決定に関与する権限を与えるものではない。',
          },
        ],
      },
      {
        title: { en: 'Investment screening and export controls', ja: '投資審査及び輸出管理' },
        body: [
          {
            en: 'The Participants intend to support the use of a joint reference list of sensitive semiconductor activities in screening under FIRRMA and under the Foreign Exchange and Foreign Trade Act (FTFEA). The list guides; each authority will decide its own cases under its own law.',
            ja: '双方は、FIRRMA及び外国為替及び外国貿易法（外為法）に基づく審査において、注視すべき半導体関連の事業活動に関する共同参照リストが用いられるよう支援する意図を有する。同リストは指針であり、各審査当局は、自国の法令に従って個別の案件を判断する。',
          },
          {
            en: 'The Participants intend to develop common technical parameters for controls on semiconductor technologies, to inform each other before either introduces a new control in this field, and to consider proposing shared parameters to the Wassenaar Arrangement.',
            ja: '双方は、半導体技術の管理に関する共通の技術パラメーターを策定し、いずれか一方がこの分野で新たな管理措置を導入する前に相互に通知し、かつ、共通のパラメーターをワッセナー・アレンジメントに提案することを検討する意図を有する。',
          },
          {
            en: 'The Participants will compare once a quarter how entries on the Entity List and the End-User List affect trade in semiconductor technologies.',
            ja: '双方は、エンティティー・リスト及び外国ユーザーリストの掲載が半導体技術の貿易に与える影響を、四半期ごとに比較する。',
          },
        ],
      },
      {
        title: { en: 'Supply chain information and early warning', ja: 'サプライチェーン情報及び早期警戒' },
        body: [
          {
            en: 'The Participants intend to maintain one shared map of the semiconductor supply chain and to update it twice a year. Company information will enter it only in aggregated form or with the consent of the company.',
            ja: '双方は、半導体サプライチェーンの共有マップを維持し、年2回更新する意図を有する。企業の情報は、集計した形で、又は当該企業の同意を得た場合に限り、同マップに収録する。',
          },
          {
            en: 'A Participant that sees signs of a shortage or disruption likely to affect the other intends to say so within two working days, and to state what is known, what is assumed and what is being done.',
            ja: '他方の参加者に影響を及ぼすおそれのある供給不足又は途絶の兆候を把握した参加者は、2営業日以内にその旨を伝え、判明している事実、推定している事項及び講じている対応を示す意図を有する。',
          },
        ],
      },
      {
        title: { en: 'Contact points and handling of information', ja: '連絡窓口及び情報の取扱い' },
        body: [
          {
            en: 'Each Participant will name one office as its contact point, and a deputy office for absences, and will inform the other and the secretariat of any change within five working days.',
            ja: '各参加者は、連絡窓口となる部署及び不在時の代行部署をそれぞれ一つ指定し、変更があった場合には、5営業日以内に他方の参加者及び事務局に通知する。',
          },
          {
            en: 'Information exchanged under this Memorandum will carry a handling mark given by the Participant that provides it. The other Participant intends to respect that mark, to use the information only for the purpose of this Memorandum, and to pass it on only with written consent, to the extent its law allows.',
            ja: '本覚書に基づき交換する情報には、提供する参加者が取扱区分を付す。他方の参加者は、自国の法令が許す範囲において、当該区分を尊重し、本覚書の目的に限って情報を利用し、書面による同意がある場合にのみ他者に提供する意図を有する。',
          },
          {
            en: 'No classified information will be exchanged under this Memorandum or held in the workspace in which its texts are drafted.',
            ja: '本覚書の下で秘密指定された情報を交換することはなく、本覚書に係る文書を作成する作業環境にもこれを置かない。',
          },
        ],
      },
      {
        title: { en: 'Panel of experts', ja: '専門家による諮問パネル' },
        body: [
          {
            en: 'An advisory panel of technology experts from industry and academia in both countries will comment on the drafts that the co-chairs open to it, so that shared approaches remain realistic for those who design, make and use semiconductors.',
            ja: '両国の産業界及び学術界の技術専門家から成る諮問パネルは、共有する方針が半導体の設計、製造及び利用に携わる者にとって現実的なものであるよう、共同議長が開示した案に対して意見を述べる。',
          },
          {
            en: 'The co-chairs intend to record for each comment whether it is accepted, accepted in part or not accepted, and why. Panelists will declare interests that bear on a question before they comment on it.',
            ja: '共同議長は、各意見について、採用、一部採用又は不採用の別及びその理由を記録する意図を有する。諮問委員は、意見を述べる事項に関わる利害関係を事前に申告する。',
          },
        ],
      },
      {
        title: { en: 'Review and coming into effect', ja: '見直し及び適用の開始' },
        body: [
          {
            en: 'The co-chairs will review progress every quarter and report to the management committee. A difference of view that they cannot settle within 30 days may be taken to the management committee and, if need be, to the principals.',
            ja: '共同議長は、四半期ごとに進捗を点検し、運営委員会に報告する。30日以内に解消できない見解の相違は、運営委員会、更に必要な場合には閣僚の協議に付すことができる。',
          },
          {
            en: 'This Memorandum may be modified by the written consent of both Participants. The Participants may consider opening it to other economies once its outcome targets have been reviewed.',
            ja: '本覚書は、双方の書面による同意により修正することができる。双方は、成果目標の点検を経た後、他の国・地域への開放を検討することができる。',
          },
          {
            en: 'This Memorandum will come into effect on the date of its signature and will continue until 14 January 2028, unless the Participants decide to extend it. Either Participant may discontinue it, and intends to give 60 days’ written notice before doing so.',
            ja: '本覚書は、署名の日から適用され、双方が延長を決定しない限り、2028年1月14日まで継続する。いずれの参加者も本覚書に基づく協力を終了することができ、その場合には60日前までに書面で通知する意図を有する。',
          },
        ],
      },
    ],
    signature: [
      {
        en: 'Done in duplicate at ____________, on ____________, in the English and Japanese languages.',
        ja: '____年__月__日、____________において、英語及び日本語により本書2通を作成した。',
      },
      {
        en: 'For the Department of Commerce of the United States of America: ____________',
        ja: 'アメリカ合衆国商務省のために　____________',
      },
      {
        en: 'For the Ministry of Economy, Trade and Industry of Japan: ____________',
        ja: '日本国経済産業省のために　____________',
      },
    ],
  },
}
