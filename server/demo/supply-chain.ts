/** Demo content of the working group on supply chain integrity and resilience. */
import type { GroupContent } from './content.ts'

export const supplyChain: GroupContent = {
  group: 'supply-chain',
  targets: [
    {
      key: 'batteries',
      statement: {
        en: 'One shared map of the supply chain for large-capacity batteries, from mine to recycling.',
        ja: '採掘から再資源化に至る、大容量電池のサプライチェーンに関する共通の見取図の作成',
      },
      measure: {
        en: 'Number of the seven stages of the chain with data from both sides.',
        ja: '全7工程のうち、双方のデータがそろった工程の数',
      },
      baseline: {
        en: 'Two national pictures that divide the chain differently. No shared data.',
        ja: '双方の把握は工程区分が異なる。共有データなし。',
      },
      target: {
        en: 'Seven stages mapped, with an update every six months.',
        ja: '7工程すべてを掲載し、6か月ごとに更新',
      },
      due: '2026-10-30',
      owner: { us: 'us-energy', jp: 'jp-meti' },
      status: 'done',
      statusReason: {
        en: 'All seven stages were in place on 16 October 2026. The first update is due in April 2027.',
        ja: '2026年10月16日に7工程すべてがそろった。初回の更新は2027年4月に行う。',
      },
    },
    {
      key: 'minerals',
      statement: {
        en: 'A joint list of priority projects in critical minerals and materials, with coordinated support.',
        ja: '重要鉱物・素材に関する優先案件の共同リストの策定と、支援の連携',
      },
      measure: {
        en: 'Number of projects listed, and of those with a decision on support from both sides.',
        ja: '掲載案件の数、及びそのうち双方が支援を決定した案件の数',
      },
      baseline: {
        en: 'No joint list. The Department of Energy and JOGMEC assess projects apart, each by its own criteria.',
        ja: '共同リストなし。エネルギー省とJOGMECが、それぞれの基準で個別に評価。',
      },
      target: {
        en: 'Eight projects listed, three of them with a decision on support from both sides.',
        ja: '8案件を掲載し、うち3案件について双方が支援を決定',
      },
      due: '2027-09-09',
      owner: { us: 'us-energy', jp: 'jp-jogmec' },
      status: 'atRisk',
      statusReason: {
        en: 'Five projects are listed, but their joint assessment is blocked. Three decisions by September need it to resume in January.',
        ja: '5案件を掲載したが、共同評価が停滞している。9月までに3案件の決定を得るには、1月中の再開が必要である。',
      },
    },
    {
      key: 'medicines',
      statement: {
        en: 'A shared view of the risks to supply of active pharmaceutical ingredients (APIs) for essential medicines.',
        ja: '必須医薬品の原薬（API）に関する供給リスクの共通認識の形成',
      },
      measure: {
        en: 'Number of APIs with a joint risk rating, and of those with an alternative source named.',
        ja: '共同でリスクを評価したAPIの数、及びそのうち代替供給元を特定したAPIの数',
      },
      baseline: {
        en: 'Two lists of essential medicines that have not been matched. No joint rating.',
        ja: '双方の必須医薬品リストは未照合。共同のリスク評価なし。',
      },
      target: {
        en: 'Twenty-five APIs rated and alternative sources named for ten.',
        ja: '25のAPIを評価し、うち10について代替供給元を特定',
      },
      due: '2027-06-25',
      owner: { us: 'us-commerce', jp: 'jp-cabinet-office' },
      status: 'onTrack',
      statusReason: {
        en: 'Eighteen APIs are matched and the rating scale is settled. The late matching of the rest still leaves seven months.',
        ja: '18のAPIの照合と評価尺度の確定を終えた。残りの照合は遅れているが、期限まで7か月ある。',
      },
    },
    {
      key: 'early-warning',
      statement: {
        en: 'Early warning and quick consultation when supply is disrupted in a priority sector.',
        ja: '優先分野で供給途絶が生じた場合の、早期警戒及び迅速な協議の体制の確立',
      },
      measure: {
        en: 'Hours from the alert to the first joint call.',
        ja: '警報から最初の共同電話協議までの時間',
      },
      baseline: {
        en: 'No common trigger and no duty roster. Officials call one another as the need arises.',
        ja: '共通の発動基準、当番体制ともになし。必要の都度、担当者間で電話連絡。',
      },
      target: {
        en: 'First call within 24 hours in two exercises, one of them unannounced.',
        ja: '2回の演習（うち1回は予告なし）で、24時間以内に最初の協議を実施',
      },
      due: '2027-04-23',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      status: 'onTrack',
      statusReason: {
        en: 'Draft triggers for batteries and minerals are with the panel. Exercise dates are set.',
        ja: '電池及び鉱物の発動基準案を諮問パネルに提示した。演習の日程は決定済みである。',
      },
    },
    {
      key: 'support',
      statement: {
        en: 'Advance notice of government support in the priority sectors, so that the two sides do not outbid one another.',
        ja: '補助競争を避けるための、優先分野における政府支援の事前通知の定着',
      },
      measure: {
        en: 'Share of new support programs notified at least 20 working days before they are announced.',
        ja: '発表の20執務日前までに通知された新規支援策の割合',
      },
      baseline: {
        en: 'No notice is given. Each side learns of the other’s programs from public announcements.',
        ja: '事前通知なし。双方とも、相手側の支援策を公表により把握。',
      },
      target: {
        en: 'Every new program in the three priority sectors notified, in two consecutive quarters.',
        ja: '3優先分野の新規支援策すべてを、2四半期連続で事前に通知',
      },
      due: '2027-12-09',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      status: 'onTrack',
      statusReason: {
        en: 'The co-chairs settled the principle in September. The procedure will be written from late January.',
        ja: '9月に共同議長が基本的な考え方を確定した。手続の文書化は1月下旬に始める。',
      },
    },
  ],
  actions: [
    {
      what: {
        en: 'Exchange national assessments, from the U.S. report of June 2021 to work under the Economic Security Promotion Act of 2022, and settle common terms.',
        ja: '2021年6月の米国報告書、2022年の経済安全保障推進法に基づく検討等、双方の評価を交換し、用語を統一する。',
      },
      serves: 'batteries',
      owner: { us: 'us-commerce', jp: 'jp-cabinet-office' },
      start: '2026-02-02',
      due: '2026-04-24',
      milestone: {
        en: 'Glossary of supply-chain terms in both languages.',
        ja: 'サプライチェーン用語集（両言語）',
      },
      status: 'done',
      statusReason: {
        en: 'Glossary of 64 terms approved by the co-chairs on 21 April 2026.',
        ja: '64語の用語集を、2026年4月21日に共同議長が承認した。',
      },
    },
    {
      what: {
        en: 'Build the shared map of the battery supply chain.',
        ja: '電池サプライチェーンの共通の見取図を作成する。',
      },
      serves: 'batteries',
      owner: { us: 'us-energy', jp: 'jp-meti' },
      start: '2026-05-11',
      due: '2026-10-16',
      milestone: {
        en: 'Seven stages filled in with data from both sides.',
        ja: '双方のデータにより7工程すべてを記載',
      },
      status: 'done',
      statusReason: {
        en: 'Completed on the due date. The panel confirmed the division into stages.',
        ja: '期限どおり完了した。工程区分については諮問パネルの確認を得た。',
      },
    },
    {
      what: {
        en: 'Match the two lists of essential medicines down to the level of APIs.',
        ja: '双方の必須医薬品リストを、APIの段階まで照合する。',
      },
      serves: 'medicines',
      owner: { us: 'us-commerce', jp: 'jp-cabinet-office' },
      start: '2026-07-13',
      due: '2026-11-13',
      milestone: {
        en: 'Table of twenty-five APIs found on both lists.',
        ja: '双方のリストに共通する25のAPIの一覧表',
      },
      status: 'atRisk',
      statusReason: {
        en: 'Eighteen of twenty-five are matched. The rest use classification codes that do not correspond; experts of the panel will help by 18 December 2026.',
        ja: '25のうち18の照合を終えた。残りは分類コードが対応しておらず、2026年12月18日までに諮問委員の協力を得て解消する。',
      },
    },
    {
      what: {
        en: 'Assess the listed projects in critical minerals together.',
        ja: '掲載した重要鉱物案件を共同で評価する。',
      },
      serves: 'minerals',
      owner: { us: 'us-energy', jp: 'jp-jogmec' },
      start: '2026-09-07',
      due: '2027-02-26',
      milestone: {
        en: 'Joint assessment of five projects before the working group.',
        ja: '5案件の共同評価を作業部会に提出',
      },
      status: 'blocked',
      statusReason: {
        en: 'Sponsors gave their financial data to one side only and have not consented to its sharing. Consent letters went out on 9 November 2026; none has come back.',
        ja: '事業者は財務情報を一方の側にのみ提供しており、共有への同意が得られていない。2026年11月9日に同意を求める文書を送付したが、回答はない。',
      },
    },
    {
      what: {
        en: 'Set the triggers for an alert and the duty roster for joint calls.',
        ja: '警報の発動基準と、共同電話協議の当番体制を定める。',
      },
      serves: 'early-warning',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      start: '2026-09-21',
      due: '2027-01-15',
      milestone: {
        en: 'Triggers for three sectors and a roster that covers both time zones.',
        ja: '3分野の発動基準、及び両国の時間帯に対応した当番表',
      },
      status: 'onTrack',
      statusReason: {
        en: 'Two of three sectors are drafted. Pharmaceuticals follow in December.',
        ja: '3分野中2分野の案文を作成した。医薬品は12月に着手する。',
      },
    },
    {
      what: {
        en: 'Write the procedure for advance notice of support programs, and try it on one program of each side.',
        ja: '支援策の事前通知手続を文書化し、双方の支援策各1件で試行する。',
      },
      serves: 'support',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      start: '2027-01-25',
      due: '2027-05-21',
      milestone: {
        en: 'Procedure approved by the co-chairs after the two trials.',
        ja: '2件の試行を経て、共同議長が手続を承認',
      },
      status: 'onTrack',
      statusReason: {
        en: 'An outline is with both delegations. Drafting starts after the Cabinet-level meeting of 21 January 2027.',
        ja: '骨子を双方の代表団に配付した。2027年1月21日の閣僚級会合の後に起草を始める。',
      },
    },
    {
      what: {
        en: 'Hold two exercises on a disruption of supply, the second unannounced.',
        ja: '供給途絶を想定した演習を2回行う（2回目は予告なし）。',
      },
      serves: 'early-warning',
      owner: { us: 'us-state', jp: 'jp-mofa' },
      start: '2027-02-01',
      due: '2027-04-16',
      milestone: {
        en: 'Report on both exercises, with the hours to the first call.',
        ja: '最初の協議までの所要時間を記した、演習2回分の報告書',
      },
      status: 'onTrack',
      statusReason: {
        en: 'The first exercise is set for 24 February 2027. The scenario is a halt in graphite supply.',
        ja: '1回目は2027年2月24日に行う。黒鉛の供給停止を想定する。',
      },
    },
  ],
  mou: {
    title: {
      en: 'Memorandum of Understanding on Cooperation for Resilient Supply Chains',
      ja: '強靱なサプライチェーンの構築に関する協力覚書',
    },
    preamble: [
      {
        en: 'The Department of Commerce of the United States of America and the Ministry of Economy, Trade and Industry of Japan (hereinafter referred to as “the Participants”),',
        ja: 'アメリカ合衆国商務省及び日本国経済産業省（以下、それぞれを「参加者」、併せて「双方」という。）は、',
      },
      {
        en: 'Recognizing that heavy reliance on a few sources for essential goods leaves both economies open to disruption and to coercion;',
        ja: '重要な物資の供給を少数の供給元に大きく依存することが、両国の経済を供給途絶や経済的威圧の危険にさらすことを認識し、',
      },
      {
        en: 'Recalling the supply-chain report of the United States of June 2021 and the Economic Security Promotion Act of Japan of 2022, and the scope they leave for the two countries to act together;',
        ja: '2021年6月の米国のサプライチェーン報告書及び日本の2022年の経済安全保障推進法、並びにこれらを踏まえた両国の連携の余地を想起し、',
      },
      {
        en: 'Acting within the Economic Security Initiative of the U.S.–Japan Economic Policy Consultative Committee and on the basis of the outcome targets of its working group on supply chain integrity and resilience, have come to the following shared understanding:',
        ja: '日米経済政策協議委員会の経済安全保障イニシアティブの下で、サプライチェーンの健全性と強靱性に関する作業部会が定めた成果目標に基づき、次のとおり意図を共有する。',
      },
    ],
    articles: [
      {
        title: { en: 'Purpose', ja: '目的' },
        body: [
          {
            en: 'The purpose of this Memorandum is to make the supply of essential goods to both countries more secure, by sharing information, coordinating investment priorities and government support, and acting together when supply is disrupted.',
            ja: '本覚書は、情報を共有し、投資の優先順位及び政府支援を調整し、供給途絶に際して共同で対応することにより、両国への重要な物資の供給をより確かなものとすることを目的とする。',
          },
        ],
      },
      {
        title: { en: 'Scope and priority sectors', ja: '範囲及び優先分野' },
        body: [
          {
            en: 'The Participants intend to begin with the following sectors:',
            ja: '双方は、次の分野から協力を始める意図を有する。',
          },
          {
            points: [
              {
                en: 'large-capacity batteries, including cells, cathode and anode materials, and recycling;',
                ja: '大容量電池（セル、正極材、負極材及び再資源化を含む。）',
              },
              {
                en: 'critical minerals and materials, including their refining and processing; and',
                ja: '重要鉱物及び素材（製錬及び加工を含む。）',
              },
              {
                en: 'pharmaceuticals and active pharmaceutical ingredients (APIs).',
                ja: '医薬品及び原薬（API）',
              },
            ],
          },
          {
            en: 'They may add a sector in writing. Semiconductors are dealt with by the working group on semiconductor technologies, with which the Participants will keep in close contact.',
            ja: '双方は、書面により分野を追加することができる。半導体は半導体技術作業部会が扱い、双方は同作業部会と緊密に連携する。',
          },
        ],
      },
      {
        title: { en: 'Sharing of supply-chain information', ja: 'サプライチェーン情報の共有' },
        body: [
          {
            en: 'For each priority sector, the Participants intend to keep a shared map of the supply chain, which shows for each stage the main sources, their concentration, and the time needed to replace them. They intend to update it every six months.',
            ja: '双方は、優先分野ごとに、各工程の主な供給元、その集中の度合い及び代替に要する期間を示すサプライチェーンの共通の見取図を備え、6か月ごとに更新する意図を有する。',
          },
          {
            en: 'The Participants intend to rate the risk to supply of selected APIs on one scale, and to share what they learn of alternative sources.',
            ja: '双方は、選定したAPIの供給リスクを共通の尺度で評価し、代替供給元に関する知見を共有する意図を有する。',
          },
          {
            en: 'Data that firms have provided in confidence will be shared only in aggregate, or with their consent.',
            ja: '企業から秘密として提供を受けたデータは、集計した形で、又は当該企業の同意を得た場合に限り共有する。',
          },
        ],
      },
      {
        title: { en: 'Investment priorities and government support', ja: '投資の優先順位及び政府支援' },
        body: [
          {
            en: 'The Participants intend to keep a joint list of priority projects in critical minerals and materials, and to encourage the Department of Energy of the United States and the Japan Organization for Metals and Energy Security (JOGMEC) to assess them together, with regard to:',
            ja: '双方は、重要鉱物及び素材に関する優先案件の共同リストを備え、米国エネルギー省及び独立行政法人エネルギー・金属鉱物資源機構（JOGMEC）に対し、次の観点から共同で評価を行うよう促す意図を有する。',
          },
          {
            points: [
              {
                en: 'the contribution to supply in both countries;',
                ja: '両国への供給に対する貢献',
              },
              {
                en: 'commercial soundness without lasting public support; and',
                ja: '恒久的な公的支援に頼らない事業の採算性',
              },
              {
                en: 'environmental and labor standards at the site.',
                ja: '現地における環境及び労働の基準',
              },
            ],
          },
          {
            en: 'Each Participant intends to inform the other of a new program of government support in a priority sector at least twenty working days before it is announced, as far as its law permits, and to consult on request so that the two countries do not outbid one another.',
            ja: '各参加者は、優先分野における新たな政府支援策について、自国の法令が許す範囲で、発表の20執務日前までに他方の参加者に知らせるとともに、両国間の補助競争を避けるため、要請に応じて協議する意図を有する。',
          },
        ],
      },
      {
        title: { en: 'Disruption of supply and contact points', ja: '供給途絶への対応及び連絡窓口' },
        body: [
          {
            en: 'Each Participant will designate a contact point that can be reached at any hour. When a trigger that the Participants have set for a sector is met, either contact point may issue an alert, and a first joint call will be held within twenty-four hours.',
            ja: '各参加者は、常時連絡可能な連絡窓口を指定する。双方が分野ごとに定めた発動基準に該当する場合には、いずれの連絡窓口も警報を発することができ、24時間以内に最初の共同電話協議を行う。',
          },
          {
            en: 'During a disruption, the Participants intend to refrain, as far as possible, from measures that would worsen shortages in the other country, and to look for alternative supply together. They intend to exercise this procedure at least once a year.',
            ja: '供給途絶の間、双方は、相手国の不足を悪化させる措置を可能な限り控え、共同で代替供給を探す意図を有する。また、少なくとも年1回、この手順の演習を行う意図を有する。',
          },
        ],
      },
      {
        title: { en: 'Handling of information', ja: '情報の取扱い' },
        body: [
          {
            en: 'Information will carry the handling mark set by the Participant that provides it. The Participant that receives it intends to protect it accordingly, to use it only for the purpose of this Memorandum, and not to pass it on without the written consent of its provider.',
            ja: '情報には、提供する参加者が定める取扱区分を付す。受領した参加者は、当該区分に従ってこれを保護し、本覚書の目的に限って使用し、提供した参加者の書面による同意なく第三者に提供しない意図を有する。',
          },
          {
            en: 'Neither Participant will use business information so received to favor a firm of its own country. Classified information is not exchanged under this Memorandum.',
            ja: 'いずれの参加者も、受領した企業情報を自国企業の利益を図るために使用しない。本覚書に基づく秘密指定情報の交換は行わない。',
          },
        ],
      },
      {
        title: { en: 'Panel of experts', ja: '専門家パネル' },
        body: [
          {
            en: 'The Participants intend to consult a panel of experts from the private sector and academia of both countries on the maps, the risk ratings and the triggers for an alert, and to record how they have dealt with each comment.',
            ja: '双方は、共通の見取図、リスク評価及び警報の発動基準について、両国の民間部門及び学術界の専門家から成るパネルの意見を聴き、各意見への対応を記録する意図を有する。',
          },
          {
            en: 'A panelist whose firm has an interest in a project on the joint list will not advise on that project.',
            ja: '共同リストに掲げる案件に所属企業が利害関係を有する諮問委員は、当該案件に関する助言を行わない。',
          },
        ],
      },
      {
        title: { en: 'Review and coming into effect', ja: '見直し及び協力の開始' },
        body: [
          {
            en: 'The Participants intend to review the priority sectors and the cooperation every six months, and to report to the management committee. Differences over this Memorandum will be resolved through consultation.',
            ja: '双方は、6か月ごとに優先分野及び協力の状況を見直し、運営委員会に報告する意図を有する。本覚書に関する見解の相違は、協議により解決する。',
          },
          {
            en: 'This Memorandum comes into effect on the date of the last signature and is intended to remain in effect until 14 January 2028. It may be modified or extended in writing by the Participants, and may be opened by them to other economies. Either Participant may discontinue its participation, and intends to give sixty days’ written notice before doing so.',
            ja: '本覚書に基づく協力は、最後の署名が行われた日に開始し、2028年1月14日まで継続する意図を有する。双方は、書面により本覚書を修正し、若しくは期間を延長し、又は他の国・地域の参加に道を開くことができる。いずれの参加者も参加を終了することができ、その場合には60日前までに書面で通知する意図を有する。',
          },
          {
            en: 'This Memorandum records the intentions of the Participants. It creates no rights or obligations under domestic or international law, and the cooperation is subject to the laws and the available resources of each country.',
            ja: '本覚書は双方の意図を記録するものであり、国内法上又は国際法上の権利又は義務を生じさせるものではない。協力は、各国の法令及び利用可能な資源の範囲内で行われる。',
          },
        ],
      },
    ],
    signature: [
      {
        en: 'Done in duplicate, in the English and Japanese languages, at ____________, on ____________.',
        ja: '____年__月__日に____________において、英語及び日本語により本書2通を作成し、署名した。',
      },
      {
        en: 'For the Department of Commerce of the United States of America: ____________',
        ja: 'アメリカ合衆国商務省を代表して　____________',
      },
      {
        en: 'For the Ministry of Economy, Trade and Industry of Japan: ____________',
        ja: '日本国経済産業省を代表して　____________',
      },
    ],
  },
}
