/** Demo content of the working group on export controls. */
import type { GroupContent } from './content.ts'

export const exportControls: GroupContent = {
  group: 'export-controls',
  targets: [
    {
      key: 'technologies',
      statement: {
        en: 'One joint list of emerging technologies to consider for control, chosen by shared criteria.',
        ja: '共通の基準により選定した、管理を検討すべき新興技術の共同リストの策定',
      },
      measure: {
        en: 'Number of technologies listed with parameters and with the control status on each side.',
        ja: '技術的パラメーターと双方の管理状況を付して掲載した技術の数',
      },
      baseline: {
        en: 'No shared list and no shared criteria. Item numbers of the two control lists are not matched.',
        ja: '共通リスト、共通基準ともになし。双方の規制リストの項番は未対照。',
      },
      target: {
        en: 'Twenty technologies listed, each reviewed by the advisory panel.',
        ja: '諮問パネルの検討を経た20技術を掲載',
      },
      due: '2027-03-19',
      owner: { us: 'us-bis', jp: 'jp-meti' },
      status: 'onTrack',
      statusReason: {
        en: 'The item numbers are matched and the criteria settled. Eleven candidates have draft parameters.',
        ja: '項番の対照と基準の確定を終えた。11の候補についてパラメーターの案がある。',
      },
    },
    {
      key: 'advance-notice',
      statement: {
        en: 'A working procedure for advance notice of changes to controls and to lists of end users.',
        ja: '規制内容及び需要者リストの変更に関する事前通知手続の運用開始',
      },
      measure: {
        en: 'Working days between the notice and the publication of the change.',
        ja: '通知から変更の公表までの執務日数',
      },
      baseline: {
        en: 'Each side learns of the other’s changes when they are published.',
        ja: '双方とも、相手側の変更を公表時に把握。',
      },
      target: {
        en: 'Written procedure in use and one change notified by each side, ten working days ahead.',
        ja: '手続を文書化して運用し、双方が各1件を10執務日前までに通知',
      },
      due: '2026-10-30',
      owner: { us: 'us-bis', jp: 'jp-meti' },
      status: 'done',
      statusReason: {
        en: 'In use since 1 September 2026. Both sides gave their first notice in time, the second on 16 October.',
        ja: '2026年9月1日から運用中。双方が期限内に初回の通知を行い、2件目は10月16日に完了した。',
      },
    },
    {
      key: 'end-users',
      statement: {
        en: 'The U.S. Entity List and the METI End-User List matched, with a reason for every difference.',
        ja: '米国エンティティ・リストと経済産業省外国ユーザーリストの照合、及びすべての相違点に関する理由の明確化',
      },
      measure: {
        en: 'Share of entries on the METI End-User List that are matched or carry a recorded reason.',
        ja: '外国ユーザーリスト掲載者のうち、照合済み又は相違の理由を記録済みのものの割合',
      },
      baseline: {
        en: 'The two lists have not been matched. The METI list named 75 Chinese companies in September 2021; names are transliterated by different rules.',
        ja: '両リストの照合実績なし。外国ユーザーリストの中国企業は2021年9月時点で75社。名称の表記規則が双方で異なる。',
      },
      target: {
        en: 'All entries matched or explained, and refreshed within ten working days of a change.',
        ja: '全掲載者について照合又は理由の記録を終え、変更後10執務日以内に更新',
      },
      due: '2027-01-29',
      owner: { us: 'us-bis', jp: 'jp-meti' },
      status: 'atRisk',
      statusReason: {
        en: 'The matching of names is four weeks late, which leaves little time for the reasons before the end of January.',
        ja: '名称の照合が約4週間遅れており、1月末までに相違の理由を整理する時間が限られている。',
      },
    },
    {
      key: 'licensing',
      statement: {
        en: 'Closer outcomes in licensing, so that like exports meet with like decisions.',
        ja: '同種の輸出に同様の判断がなされるよう、許可審査の結果の差異を縮小',
      },
      measure: {
        en: 'Number of thirty fictitious cases that both sides decide alike, each without sight of the other’s answer.',
        ja: '双方が相手側の回答を見ずに判断し、結果が一致した架空事例の数（30件中）',
      },
      baseline: {
        en: '17 of 30 cases decided alike in the first run of September 2026.',
        ja: '2026年9月の第1回で、30件中17件が一致。',
      },
      target: {
        en: '26 of 30 cases decided alike, and guidance for exporters published by both sides.',
        ja: '30件中26件で一致し、双方が輸出者向け指針を公表',
      },
      due: '2027-12-09',
      owner: { us: 'us-bis', jp: 'jp-meti' },
      status: 'onTrack',
      statusReason: {
        en: 'The causes of all 13 differences are known. A second run in spring will show what the shared benchmarks bring.',
        ja: '相違した13件の原因はすべて判明した。春の第2回で、共通の審査指標の効果を確認する。',
      },
    },
    {
      key: 'wassenaar',
      statement: {
        en: 'Joint technical proposals to the Wassenaar Arrangement, drawn from the joint list.',
        ja: '共同リストに基づく、ワッセナー・アレンジメントへの技術提案の共同提出',
      },
      measure: {
        en: 'Number of proposals submitted with both sides as sponsors.',
        ja: '双方が共同提案者となって提出した提案の数',
      },
      baseline: {
        en: 'Proposals are prepared apart. None has been submitted under the Initiative.',
        ja: '提案は個別に準備。イニシアティブの下での提出実績なし。',
      },
      target: {
        en: 'Four joint proposals submitted, and a shared position on each at the close of the year’s talks.',
        ja: '4件を共同で提出し、年内の協議終了時までに各件の共同方針を確立',
      },
      due: '2027-09-09',
      owner: { us: 'us-state', jp: 'jp-mofa' },
      status: 'onTrack',
      statusReason: {
        en: 'Two proposals are in draft. Two more will be chosen when the panel has commented on the joint list.',
        ja: '2件を起草中である。残る2件は、共同リストに対する諮問パネルの意見を踏まえて選定する。',
      },
    },
  ],
  actions: [
    {
      what: {
        en: 'Match the item numbers of the Commerce Control List under the EAR with those of the Japanese control lists.',
        ja: 'EARの規制品目リストと日本の規制リストの項番を対照する。',
      },
      serves: 'technologies',
      owner: { us: 'us-bis', jp: 'jp-meti' },
      start: '2026-02-09',
      due: '2026-05-29',
      milestone: {
        en: 'Table of corresponding item numbers in both languages, with gaps marked.',
        ja: '欠落箇所を明示した項番対照表（両言語）',
      },
      status: 'done',
      statusReason: {
        en: 'Table completed on 27 May 2026. It marks every item that only one side controls.',
        ja: '2026年5月27日に完成した。一方のみが規制する項目をすべて明示している。',
      },
    },
    {
      what: {
        en: 'Write and try out the procedure for advance notice.',
        ja: '事前通知手続を文書化し、試行する。',
      },
      serves: 'advance-notice',
      owner: { us: 'us-bis', jp: 'jp-meti' },
      start: '2026-04-13',
      due: '2026-08-28',
      milestone: {
        en: 'Procedure approved by the co-chairs after one trial notice in each direction.',
        ja: '双方向で1件ずつの試行を経て、共同議長が手続を承認',
      },
      status: 'done',
      statusReason: {
        en: 'Approved on 25 August 2026. Both trial notices arrived twelve working days ahead.',
        ja: '2026年8月25日に承認された。試行の通知は、双方とも12執務日前に届いた。',
      },
    },
    {
      what: {
        en: 'Match the names on the Entity List and the End-User List, and set one rule for transliteration.',
        ja: 'エンティティ・リストと外国ユーザーリストの名称を照合し、統一的な表記規則を定める。',
      },
      serves: 'end-users',
      owner: { us: 'us-bis', jp: 'jp-meti' },
      start: '2026-07-06',
      due: '2026-10-30',
      milestone: {
        en: 'Every entry marked as matched, on one list only, or uncertain.',
        ja: '全掲載者を「一致」「一方のみ掲載」「要確認」に分類',
      },
      status: 'atRisk',
      statusReason: {
        en: 'Subsidiaries and aliases took longer than planned. About one entry in five is still uncertain; a second analyst joins on each side in December.',
        ja: '子会社や別名の確認に想定以上の時間を要した。約2割が「要確認」のままであり、12月に双方が担当者を1名ずつ増員する。',
      },
    },
    {
      what: {
        en: 'Draft joint guidance for exporters on the Foreign Direct Product Rule and catch-all controls under FTFEA.',
        ja: '外国直接製品ルールと外為法のキャッチオール規制に関する、輸出者向け共同指針を起草する。',
      },
      serves: 'licensing',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      start: '2026-06-15',
      due: '2027-01-15',
      milestone: {
        en: 'Clean draft ready for comments from the advisory panel.',
        ja: '括弧書きのない案文を諮問パネルに提示',
      },
      status: 'blocked',
      statusReason: {
        en: 'Japan seeks a sentence on early consultation before the Rule reaches Japan-based firms; the U.S. side has no mandate for it. Escalated to the management committee on 12 November 2026.',
        ja: '日本側は、同ルールが日本企業に及ぶ場合の事前協議の明記を求めているが、米国側にはその権限が与えられていない。2026年11月12日に運営委員会へ上位協議を求めた。',
      },
    },
    {
      what: {
        en: 'Prepare the joint proposals to the Wassenaar Arrangement.',
        ja: 'ワッセナー・アレンジメントへの共同提案を準備する。',
      },
      serves: 'wassenaar',
      owner: { us: 'us-state', jp: 'jp-mofa' },
      start: '2026-10-05',
      due: '2027-02-26',
      milestone: {
        en: 'Four proposals with parameters, ready for submission.',
        ja: 'パラメーターを含む4件の提案を提出可能な状態に整備',
      },
      status: 'onTrack',
      statusReason: {
        en: 'Parameters of the first two proposals were reviewed by experts of both sides on 17 November 2026.',
        ja: '最初の2件のパラメーターについて、2026年11月17日に双方の専門家が確認した。',
      },
    },
    {
      what: {
        en: 'Take the candidates for the joint list through the advisory panel.',
        ja: '共同リストの候補技術について、諮問パネルの意見を聴取する。',
      },
      serves: 'technologies',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      start: '2026-12-01',
      due: '2027-02-12',
      milestone: {
        en: 'A disposition recorded for every comment of the panel.',
        ja: '諮問パネルの全意見について対応を記録',
      },
      status: 'onTrack',
      statusReason: {
        en: 'The panel has named reviewers for eleven candidates and has been invited for 1 December 2026.',
        ja: '諮問パネルは11候補の検討担当を決定済みであり、2026年12月1日の会合が案内されている。',
      },
    },
    {
      what: {
        en: 'Run the thirty fictitious licensing cases a second time.',
        ja: '30件の架空の許可事例による比較を再度実施する。',
      },
      serves: 'licensing',
      owner: { us: 'us-bis', jp: 'jp-meti' },
      start: '2027-03-15',
      due: '2027-05-28',
      milestone: {
        en: 'Report on the second run, with a cause for every difference.',
        ja: 'すべての相違の原因を記した第2回の報告書',
      },
      status: 'onTrack',
      statusReason: {
        en: 'The cases are being rewritten so that no one can recall the earlier answers.',
        ja: '前回の回答の記憶に左右されないよう、事例を改訂している。',
      },
    },
  ],
  mou: {
    title: {
      en: 'Memorandum of Understanding on Shared Standards for Export Controls',
      ja: '輸出管理に関する共通の基準についての協力覚書',
    },
    preamble: [
      {
        en: 'The Department of Commerce of the United States of America, through its Bureau of Industry and Security, and the Ministry of Economy, Trade and Industry of Japan (hereinafter referred to as “the Participants”),',
        ja: 'アメリカ合衆国商務省（産業安全保障局を通じて行動する。）及び日本国経済産業省（以下、それぞれを「参加者」、併せて「双方」という。）は、',
      },
      {
        en: 'Sharing the view that controls on sensitive technologies work best when like-minded economies decide in concert which technologies to control, to what degree and with which tools;',
        ja: '機微技術の管理は、志を同じくする国・地域が、どの技術を、どの程度、どの手段により管理するかを連携して判断するときに最も効果を上げるとの認識を共有し、',
      },
      {
        en: 'Mindful of their participation in the Wassenaar Arrangement, and of the need to act in time where technology moves faster than multilateral lists;',
        ja: '双方の国がワッセナー・アレンジメントに参加していること、及び技術の進展が多国間の規制リストの改定に先行する場合に時宜を得た対応が必要であることに留意し、',
      },
      {
        en: 'Acting within the Economic Security Initiative of the U.S.–Japan Economic Policy Consultative Committee and on the basis of the outcome targets of its working group on export controls, have come to the following shared understanding:',
        ja: '日米経済政策協議委員会の経済安全保障イニシアティブの下で、輸出管理作業部会が定めた成果目標に基づき、次のとおり意図を共有する。',
      },
    ],
    articles: [
      {
        title: { en: 'Purpose', ja: '目的' },
        body: [
          {
            en: 'The purpose of this Memorandum is to bring the export controls of the two countries closer together, so that sensitive technologies are protected, neither country’s exporters are placed at a disadvantage, and legitimate trade is not held up.',
            ja: '本覚書は、機微技術を保護しつつ、いずれの国の輸出者も不利な立場に置かれず、正当な貿易が妨げられることのないよう、両国の輸出管理をより調和のとれたものとすることを目的とする。',
          },
        ],
      },
      {
        title: { en: 'Scope', ja: '範囲' },
        body: [
          {
            en: 'The cooperation covers controls on dual-use goods, software and technology under:',
            ja: '本覚書に基づく協力は、次の制度の下で行われる軍民両用の貨物、ソフトウェア及び技術の管理を対象とする。',
          },
          {
            points: [
              {
                en: 'the Export Administration Regulations (EAR) of the United States, including the Entity List and the Foreign Direct Product Rule; and',
                ja: '米国の輸出管理規則（EAR）（エンティティ・リスト及び外国直接製品ルールを含む。）',
              },
              {
                en: 'the Foreign Exchange and Foreign Trade Act (FTFEA) of Japan, including list controls, catch-all controls and the End-User List of the Ministry of Economy, Trade and Industry.',
                ja: '日本の外国為替及び外国貿易法（外為法）（リスト規制、キャッチオール規制及び経済産業省の外国ユーザーリストを含む。）',
              },
            ],
          },
          {
            en: 'It does not cover arms. Each Participant continues to decide on licenses under its own law.',
            ja: '武器は対象としない。各参加者は、引き続き自国の法令に基づいて許可の判断を行う。',
          },
        ],
      },
      {
        title: { en: 'Shared standards and joint list', ja: '共通の基準及び共同リスト' },
        body: [
          {
            en: 'The Participants intend to maintain a joint list of emerging technologies to be considered for control. In choosing them, they will weigh:',
            ja: '双方は、管理を検討すべき新興技術の共同リストを維持する意図を有する。技術の選定に当たっては、次の事項を勘案する。',
          },
          {
            points: [
              {
                en: 'the military use that the technology may be put to, and its bearing on human rights;',
                ja: '軍事転用の可能性及び人権への影響',
              },
              {
                en: 'whether it can be had from elsewhere, and how soon; and',
                ja: '他国・地域からの入手可能性及びその時期',
              },
              {
                en: 'the cost of a control to research, industry and supply chains in both countries.',
                ja: '管理が両国の研究、産業及びサプライチェーンに与える負担',
              },
            ],
          },
          {
            en: 'For each technology, the Participants will seek a common view on technical parameters, on destinations and on the tool of control. They intend to carry such views to the Wassenaar Arrangement as joint proposals and, where time presses, to consider parallel controls under their own laws.',
            ja: '双方は、技術ごとに、技術的パラメーター、仕向地及び管理手段に関する共通の見解を得るよう努める。また、これを共同提案としてワッセナー・アレンジメントに提出し、急を要する場合には、それぞれの国の法令に基づく並行的な管理を検討する意図を有する。',
          },
        ],
      },
      {
        title: { en: 'End users and advance notice', ja: '需要者及び事前通知' },
        body: [
          {
            en: 'The Participants intend to match the Entity List with the End-User List, to record the reason for each difference, and to refresh this record within ten working days of a change to either list.',
            ja: '双方は、エンティティ・リストと外国ユーザーリストを照合し、相違ごとにその理由を記録するとともに、いずれかのリストの変更後10執務日以内にその記録を更新する意図を有する。',
          },
          {
            en: 'As far as its law permits, a Participant intends to inform the other ten working days before it publishes a change to its controls, or to its list of end users, that concerns technologies on the joint list.',
            ja: '各参加者は、共同リストに掲げる技術に関わる規制内容又は需要者リストの変更を公表する場合には、自国の法令が許す範囲で、公表の10執務日前までに他方の参加者に知らせる意図を有する。',
          },
          {
            en: 'When a change is likely to reach firms based in the other country, including by way of the Foreign Direct Product Rule, the Participants intend to consult on its effects and on guidance for exporters.',
            ja: '変更が、外国直接製品ルールによる場合を含め、相手国に拠点を置く企業に及ぶ見込みがあるときは、双方は、その影響及び輸出者向けの指針について協議する意図を有する。',
          },
        ],
      },
      {
        title: { en: 'Licensing practice and enforcement', ja: '許可審査の実務及び執行' },
        body: [
          {
            en: 'The Participants intend to compare their licensing decisions on fictitious cases at least once a year and to write shared benchmarks from what they learn.',
            ja: '双方は、少なくとも年1回、架空の事例を用いて許可の判断を比較し、その結果を踏まえて共通の審査指標を作成する意図を有する。',
          },
          {
            en: 'The Participants intend to assist one another in end-use checks, and to share methods for finding diversion through other economies.',
            ja: '双方は、最終用途の確認において相互に支援し、第三国・地域を経由した迂回輸出を把握する手法を共有する意図を有する。',
          },
        ],
      },
      {
        title: { en: 'Contact points and handling of information', ja: '連絡窓口及び情報の取扱い' },
        body: [
          {
            en: 'Each Participant will designate a contact point for policy and one for licensing, and will inform the other in writing of any change. The contact points intend to meet at least once a month.',
            ja: '各参加者は、政策及び許可審査のそれぞれについて連絡窓口を指定し、変更がある場合には他方の参加者に書面で通知する。連絡窓口は、少なくとも月1回会合を行う意図を有する。',
          },
          {
            en: 'Information will carry the handling mark set by the Participant that provides it. The Participant that receives it intends:',
            ja: '情報には、提供する参加者が定める取扱区分を付す。受領した参加者は、次のとおり取り扱う意図を有する。',
          },
          {
            points: [
              {
                en: 'to use it only for the purposes of export controls;',
                ja: '輸出管理の目的に限って使用すること。',
              },
              {
                en: 'to protect business information in license applications as it protects that of its own applicants; and',
                ja: '許可申請に含まれる企業情報を、自国の申請者の情報と同等に保護すること。',
              },
              {
                en: 'not to pass it on without the written consent of its provider.',
                ja: '提供した参加者の書面による同意なく、第三者に提供しないこと。',
              },
            ],
          },
          {
            en: 'Classified information is not exchanged under this Memorandum.',
            ja: '本覚書に基づく秘密指定情報の交換は行わない。',
          },
        ],
      },
      {
        title: { en: 'Panel of experts', ja: '専門家パネル' },
        body: [
          {
            en: 'The Participants intend to consult a panel of technology experts from the private sector and academia of both countries before they add a technology to the joint list, change its parameters, or remove it.',
            ja: '双方は、共同リストへの技術の追加、パラメーターの変更又は技術の削除に先立ち、両国の民間部門及び学術界の技術専門家から成るパネルの意見を聴く意図を有する。',
          },
          {
            en: 'The panel will be asked whether a control is technically sound, whether it can be applied by exporters, and when it is likely to be overtaken. The Participants will record how they have dealt with each comment.',
            ja: 'パネルには、管理の技術的な妥当性、輸出者による実施可能性及び陳腐化が見込まれる時期について意見を求める。双方は、各意見への対応を記録する。',
          },
        ],
      },
      {
        title: { en: 'Review and coming into effect', ja: '見直し及び協力の開始' },
        body: [
          {
            en: 'The Participants intend to review the joint list and the cooperation every six months, and to report to the management committee. Differences over this Memorandum will be resolved through consultation.',
            ja: '双方は、6か月ごとに共同リスト及び協力の状況を見直し、運営委員会に報告する意図を有する。本覚書に関する見解の相違は、協議により解決する。',
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
