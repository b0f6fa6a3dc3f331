/** Demo content of the working group on investment restrictions. */
import type { GroupContent } from './content.ts'

export const investment: GroupContent = {
  group: 'investment',
  targets: [
    {
      key: 'sectors',
      statement: {
        en: 'One shared list of sensitive business sectors, mapped to the legal terms of FIRRMA and of FTFEA.',
        ja: 'FIRRMAと外為法それぞれの法令用語に対応づけた、機微な業種に関する共通リストの策定',
      },
      measure: {
        en: 'Number of sectors listed with a reference to the law of both sides.',
        ja: '双方の根拠規定を付して掲載した業種の数',
      },
      baseline: {
        en: 'No shared list. Each side works from its own classification, in its own language.',
        ja: '共通リストなし。双方がそれぞれの分類と言語で運用。',
      },
      target: {
        en: 'Twelve sectors listed, with a first annual update scheduled.',
        ja: '12業種を掲載し、初回の年次改定の日程を決定',
      },
      due: '2026-10-30',
      owner: { us: 'us-treasury', jp: 'jp-mof' },
      status: 'done',
      statusReason: {
        en: 'The co-chairs adopted the list with twelve sectors on 22 October 2026. The first update is set for October 2027.',
        ja: '2026年10月22日、共同議長が12業種のリストを採択した。初回の改定は2027年10月に行う。',
      },
    },
    {
      key: 'cases',
      statement: {
        en: 'A direct channel between the screening authorities for questions on cases of common concern.',
        ja: '共通の懸念がある案件について、審査当局間で直接照会できる連絡経路の確立',
      },
      measure: {
        en: 'Working days from a question to the first substantive reply.',
        ja: '照会から最初の実質的な回答までに要する執務日数',
      },
      baseline: {
        en: 'Questions pass through the embassies. No time for a reply is set.',
        ja: '照会は大使館を経由。回答期限の定めなし。',
      },
      target: {
        en: 'Nine of ten questions answered within five working days, in two consecutive quarters.',
        ja: '2四半期連続で、照会の9割に5執務日以内に回答',
      },
      due: '2027-06-10',
      owner: { us: 'us-treasury', jp: 'jp-meti' },
      status: 'onTrack',
      statusReason: {
        en: 'Contact points have been in place since June. Trial questions run on public information until the legal review is complete.',
        ja: '6月に連絡窓口を設置済み。法的検討が終わるまで、公開情報のみを用いて照会を試行している。',
      },
    },
    {
      key: 'core-data',
      statement: {
        en: 'A common core of data for the U.S. declaration and the Japanese prior notification.',
        ja: '米国の申告と日本の事前届出に共通する基本項目の設定',
      },
      measure: {
        en: 'Number of core data fields that carry the same definition in both forms.',
        ja: '双方の様式で同一の定義を用いる基本項目の数',
      },
      baseline: {
        en: 'Two separate notification forms. No field is defined in common.',
        ja: '届出様式は別々。定義を共有する項目なし。',
      },
      target: {
        en: 'Thirty fields defined in common and tried out by both sides in a pilot.',
        ja: '30項目の定義を共通化し、双方で試行を実施',
      },
      due: '2027-07-15',
      owner: { us: 'us-treasury', jp: 'jp-mof' },
      status: 'onTrack',
      statusReason: {
        en: 'Fourteen fields have a joint definition. The rest follow by the end of January, before the pilot.',
        ja: '14項目の定義を共通化した。残りは試行に先立ち、1月末までに確定する予定である。',
      },
    },
    {
      key: 'trusted-investors',
      statement: {
        en: 'Joint criteria under which trusted investors of the other side may have a lighter review.',
        ja: '相手側の信頼できる投資家に対し、審査を簡素化し得る共通基準の策定',
      },
      measure: {
        en: 'Number of criteria settled, and of assessments completed by one side of the other’s screening system.',
        ja: '確定した基準の数、及び相手側の審査制度について完了した評価の数',
      },
      baseline: {
        en: 'Japan-based firms are not exempt from CFIUS review, unlike those of Australia, Canada and the U.K. No criteria are shared in writing.',
        ja: '豪州、カナダ、英国の企業と異なり、日本企業はCFIUS審査を免除されていない。文書で共有された基準なし。',
      },
      target: {
        en: 'Six criteria settled and one assessment completed by each side, ready for decision by the principals.',
        ja: '6基準を確定し、双方が各1件の評価を終え、閣僚の判断に付せる状態とする。',
      },
      due: '2027-12-09',
      owner: { us: 'us-treasury', jp: 'jp-meti' },
      status: 'atRisk',
      statusReason: {
        en: 'Four of six criteria are settled. The two on reciprocal treatment wait for the management committee on 10 December 2026.',
        ja: '6基準のうち4基準を確定した。相互の取扱いに関する残る2基準は、2026年12月10日の運営委員会の判断を待っている。',
      },
    },
    {
      key: 'conditions',
      statement: {
        en: 'Compatible practice in setting and monitoring the conditions placed on an investment.',
        ja: '投資に付す条件の設定及び履行監視に関する、整合的な実務の確立',
      },
      measure: {
        en: 'Number of model conditions in joint use, and of joint exercises held.',
        ja: '双方が用いるモデル条件の数、及び共同演習の実施回数',
      },
      baseline: {
        en: 'Each side writes its conditions without sight of the other’s. No joint exercise has been held.',
        ja: '双方とも、相手側の条件を参照せずに作成。共同演習の実績なし。',
      },
      target: {
        en: 'Ten model conditions in joint use and one exercise completed.',
        ja: 'モデル条件10件を双方で使用し、共同演習を1回実施',
      },
      due: '2027-09-09',
      owner: { us: 'us-defense', jp: 'jp-meti' },
      status: 'onTrack',
      statusReason: {
        en: 'Both sides have sent in their first drafts. Six of ten conditions match in substance.',
        ja: '双方が初稿を提出した。10件中6件は内容が実質的に一致している。',
      },
    },
  ],
  actions: [
    {
      what: {
        en: 'Exchange annotated texts of the two screening laws and draft the concordance of sensitive sectors.',
        ja: '双方の審査法令の注釈付き資料を交換し、機微な業種の対照表を起草する。',
      },
      serves: 'sectors',
      owner: { us: 'us-treasury', jp: 'jp-mof' },
      start: '2026-02-02',
      due: '2026-09-04',
      milestone: {
        en: 'Concordance of twelve sectors handed to the co-chairs in both languages.',
        ja: '12業種の対照表を両言語で共同議長に提出',
      },
      status: 'done',
      statusReason: {
        en: 'Handed over on 2 September 2026, with comments of the advisory panel taken up.',
        ja: '諮問パネルの意見を反映し、2026年9月2日に提出した。',
      },
    },
    {
      what: {
        en: 'Name the contact points for cases and test the channel with a question in each direction.',
        ja: '案件に関する連絡窓口を指定し、双方向の照会により連絡経路を試験する。',
      },
      serves: 'cases',
      owner: { us: 'us-treasury', jp: 'jp-meti' },
      start: '2026-03-16',
      due: '2026-06-05',
      milestone: {
        en: 'Contact points in place and one test question answered by each side.',
        ja: '連絡窓口の設置、及び双方による試験照会1件ずつへの回答',
      },
      status: 'done',
      statusReason: {
        en: 'Both test questions were answered within four working days.',
        ja: '双方とも試験照会に4執務日以内に回答した。',
      },
    },
    {
      what: {
        en: 'Write the joint paper on criteria for trusted investors.',
        ja: '信頼できる投資家に関する基準の共同文書を作成する。',
      },
      serves: 'trusted-investors',
      owner: { us: 'us-treasury', jp: 'jp-meti' },
      start: '2026-06-22',
      due: '2026-11-06',
      milestone: {
        en: 'Clean text of six criteria before the working group.',
        ja: '括弧書きのない6基準の案文を作業部会に提出',
      },
      status: 'blocked',
      statusReason: {
        en: 'The sides differ on whether the criteria lead to an exemption or only to a shorter review. Escalated to the management committee on 9 November 2026.',
        ja: '基準を満たした場合に審査を免除するのか、期間短縮にとどめるのかで双方の立場が異なる。2026年11月9日に運営委員会へ上位協議を求めた。',
      },
    },
    {
      what: {
        en: 'Review what the confidentiality of filings allows the two screening authorities to tell one another.',
        ja: '届出情報の秘密保持の下で、審査当局間で共有できる情報の範囲を検討する。',
      },
      serves: 'cases',
      owner: { us: 'us-treasury', jp: 'jp-mof' },
      start: '2026-06-15',
      due: '2026-12-18',
      milestone: {
        en: 'Joint legal note with a table of what may be shared, with whom, and on whose consent.',
        ja: '共有できる情報、共有先、必要な同意を一覧にした法的整理の共同文書',
      },
      status: 'atRisk',
      statusReason: {
        en: 'Passing information on to the police and to defense authorities is not yet settled. One further round of legal advice is needed.',
        ja: '警察当局及び防衛当局への再提供の可否が未整理である。法的助言をもう一度得る必要がある。',
      },
    },
    {
      what: {
        en: 'Compare the two notification forms field by field and propose common definitions.',
        ja: '双方の届出様式を項目ごとに比較し、共通の定義を提案する。',
      },
      serves: 'core-data',
      owner: { us: 'us-treasury', jp: 'jp-mof' },
      start: '2026-09-14',
      due: '2027-01-29',
      milestone: {
        en: 'Definitions of thirty fields in English and Japanese.',
        ja: '30項目の定義（英語及び日本語）',
      },
      status: 'onTrack',
      statusReason: {
        en: 'Fourteen fields are defined. Ownership and control, the hardest part, is scheduled for December.',
        ja: '14項目を定義した。最も難しい所有・支配関係の項目は12月に扱う。',
      },
    },
    {
      what: {
        en: 'Pilot the common core of data with volunteer investors of both countries.',
        ja: '協力を申し出た両国の投資家とともに、共通の基本項目を試行する。',
      },
      serves: 'core-data',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      start: '2027-02-08',
      due: '2027-05-28',
      milestone: {
        en: 'Five investors on each side have completed the pilot form.',
        ja: '双方の投資家5者ずつが試行様式への記入を完了',
      },
      status: 'onTrack',
      statusReason: {
        en: 'The advisory panel has offered to help find volunteers. The pilot starts when the definitions are ready.',
        ja: '諮問パネルから協力者の紹介について申出があった。定義が整い次第、試行を開始する。',
      },
    },
    {
      what: {
        en: 'Hold an exercise on a fictitious acquisition, from the first question to the monitoring of conditions.',
        ja: '架空の買収案件を用い、最初の照会から条件の履行監視までを通した演習を行う。',
      },
      serves: 'conditions',
      owner: { us: 'us-defense', jp: 'jp-mod' },
      start: '2027-03-15',
      due: '2027-06-04',
      milestone: {
        en: 'Exercise report with changes proposed to the ten model conditions.',
        ja: 'モデル条件10件への修正提案を含む演習報告書',
      },
      status: 'onTrack',
      statusReason: {
        en: 'Dates and the outline of the scenario are settled. Drafting begins in January.',
        ja: '日程と想定の骨子を確定した。1月に起草を開始する。',
      },
    },
  ],
  mou: {
    title: {
      en: 'Memorandum of Understanding on the Congruent Implementation of Investment Screening',
      ja: '投資審査の整合的な運用に関する協力覚書',
    },
    preamble: [
      {
        en: 'The Department of the Treasury, as chair of the Committee on Foreign Investment in the United States (CFIUS), and the Department of Commerce of the United States of America, together the U.S. Participant, and the Ministry of Finance and the Ministry of Economy, Trade and Industry of Japan, together the Japanese Participant (hereinafter referred to collectively as “the Participants”),',
        ja: '対米外国投資委員会（CFIUS）の議長を務めるアメリカ合衆国財務省及び同国商務省（以下「米側参加者」という。）並びに日本国財務省及び同国経済産業省（以下「日本側参加者」という。）（以下、米側参加者と日本側参加者を併せて「双方」という。）は、',
      },
      {
        en: 'Reaffirming that open investment is a source of growth and innovation in both countries, and that screening is confined to what national security requires;',
        ja: '開かれた投資が両国の成長と革新の源泉であること、及び投資審査は国の安全の確保に必要な範囲に限られることを再確認し、',
      },
      {
        en: 'Recognizing that the Foreign Investment Risk Review Modernization Act of 2018 (FIRRMA) and the Foreign Exchange and Foreign Trade Act as revised in 2020 (FTFEA) serve like ends by different means, and that gaps between them may be used to acquire sensitive technology;',
        ja: '2018年外国投資リスク審査現代化法（FIRRMA）と2020年に改正法が施行された外国為替及び外国貿易法（外為法）が、異なる手段により同様の目的を追求するものであること、及び両制度の間隙が機微技術の取得に利用されるおそれがあることを認識し、',
      },
      {
        en: 'Acting within the Economic Security Initiative of the U.S.–Japan Economic Policy Consultative Committee and on the basis of the outcome targets of its working group on investment restrictions, have come to the following shared understanding:',
        ja: '日米経済政策協議委員会の経済安全保障イニシアティブの下で、投資規制作業部会が定めた成果目標に基づき、次のとおり意図を共有する。',
      },
    ],
    articles: [
      {
        title: { en: 'Purpose and scope', ja: '目的及び範囲' },
        body: [
          {
            en: 'The purpose of this Memorandum is to make the implementation of FIRRMA and FTFEA more congruent, so that like investments meet with like questions in both countries.',
            ja: '本覚書は、同種の投資が両国において同様の観点から審査されるよう、FIRRMA及び外為法の運用をより整合的なものとすることを目的とする。',
          },
          {
            en: 'The cooperation covers:',
            ja: '本覚書に基づく協力の対象は、次のとおりとする。',
          },
          {
            points: [
              {
                en: 'foreign investments subject to review by CFIUS or to prior notification under FTFEA, including those above 1 percent of a company in a sensitive sector;',
                ja: 'CFIUSの審査又は外為法に基づく事前届出の対象となる外国投資家による投資（機微な業種に属する会社について1％を超えることとなる取得を含む。）',
              },
              {
                en: 'conditions placed on such investments and the monitoring of those conditions; and',
                ja: '前記の投資に付される条件及びその履行の監視',
              },
              {
                en: 'guidance that each Participant publishes for investors.',
                ja: '各参加者が投資家向けに公表する指針',
              },
            ],
          },
          {
            en: 'The decision in each case remains with the authorities of the country that reviews it.',
            ja: '個別の案件に関する判断は、引き続き、審査を行う国の当局に委ねられる。',
          },
        ],
      },
      {
        title: { en: 'Shared sectors and common core of data', ja: '共通の業種リスト及び基本項目' },
        body: [
          {
            en: 'The Participants intend to maintain a shared list of sensitive business sectors, in which each entry refers to the corresponding terms of FIRRMA and FTFEA, and to update it at least once a year.',
            ja: '双方は、FIRRMA及び外為法の対応する用語を項目ごとに明記した機微な業種の共通リストを維持し、少なくとも年1回改定する意図を有する。',
          },
          {
            en: 'The Participants intend to define a common core of data for declarations to CFIUS and prior notifications under FTFEA, including:',
            ja: '双方は、CFIUSへの申告及び外為法に基づく事前届出に共通する基本項目を定める意図を有する。当該項目には、次のものを含む。',
          },
          {
            points: [
              {
                en: 'the ultimate owner of the investor and any government holding in it;',
                ja: '投資家の最終的な所有者及び政府による出資',
              },
              {
                en: 'rights of access to technology, sites and personal data that the investment confers; and',
                ja: '投資に伴って得られる技術、施設及び個人データへのアクセスの権利',
              },
              {
                en: 'rights to nominate directors or to take part in decisions of the company.',
                ja: '役員を指名し、又は会社の意思決定に関与する権利',
              },
            ],
          },
        ],
      },
      {
        title: { en: 'Cooperation on cases', ja: '個別案件に関する協力' },
        body: [
          {
            en: 'When a Participant considers that a case under its review may affect the security of the other country, it intends to inform the other Participant at an early stage, as far as its law permits.',
            ja: '一方の参加者は、審査中の案件が相手国の安全に影響を及ぼし得ると判断する場合には、自国の法令が許す範囲で、早い段階で他方の参加者に知らせる意図を有する。',
          },
          {
            en: 'A Participant that receives a question on a case will endeavor to give a first substantive reply within five working days.',
            ja: '案件に関する照会を受けた参加者は、5執務日以内に最初の実質的な回答を行うよう努める。',
          },
          {
            en: 'The Participants intend to develop model conditions for investments in the sectors on the shared list, and to test them in a joint exercise.',
            ja: '双方は、共通リストに掲げる業種への投資に関するモデル条件を作成し、共同演習により検証する意図を有する。',
          },
        ],
      },
      {
        title: { en: 'Trusted investors', ja: '信頼できる投資家' },
        body: [
          {
            en: 'The Participants intend to develop joint criteria under which investors of the other country with a sound record may have a shorter or simpler review.',
            ja: '双方は、優良な実績を有する相手国の投資家について、審査の期間を短縮し、又は手続を簡素化し得る共通の基準を策定する意図を有する。',
          },
          {
            en: 'Each Participant intends to assess the other country’s screening system against the criteria. The U.S. Participant will take the result into account when it considers the treatment of Japan-based investors in CFIUS review; the Japanese Participant will do likewise for U.S.-based investors under FTFEA.',
            ja: '各参加者は、当該基準に照らして相手国の審査制度を評価する意図を有する。米側参加者は、CFIUSの審査における日本の投資家の取扱いを検討する際に評価の結果を考慮し、日本側参加者は、外為法の下での米国の投資家の取扱いについて同様に考慮する。',
          },
        ],
      },
      {
        title: { en: 'Contact points', ja: '連絡窓口' },
        body: [
          {
            en: 'Each Participant will designate an office as its contact point for this Memorandum and a deputy, and will inform the other Participant of any change in writing.',
            ja: '各参加者は、本覚書に関する連絡窓口及びその代理となる部署を指定し、変更がある場合には他方の参加者に書面で通知する。',
          },
          {
            en: 'The contact points intend to meet once a month, in person or by video, and to keep a joint record of open questions.',
            ja: '連絡窓口は、月1回、対面又はオンラインで会合を行い、未決の照会事項に関する共同の記録を備える意図を有する。',
          },
        ],
      },
      {
        title: { en: 'Handling of information', ja: '情報の取扱い' },
        body: [
          {
            en: 'Information provided under this Memorandum will carry a handling mark set by the Participant that provides it. The Participant that receives it intends to protect it accordingly, to use it only for investment screening, and not to pass it on without the written consent of its provider.',
            ja: '本覚書に基づき提供される情報には、提供する参加者が定める取扱区分を付す。受領した参加者は、当該区分に従ってこれを保護し、投資審査の目的に限って使用し、提供した参加者の書面による同意なく第三者に提供しない意図を有する。',
          },
          {
            en: 'Nothing in this Memorandum calls for the disclosure of a filing contrary to the law that keeps it confidential. Classified information is not exchanged under this Memorandum.',
            ja: '本覚書は、届出情報の秘密を保護する法令に反してその開示を求めるものではない。また、本覚書に基づく秘密指定情報の交換は行わない。',
          },
        ],
      },
      {
        title: { en: 'Panel of experts', ja: '専門家パネル' },
        body: [
          {
            en: 'The Participants intend to consult a panel of experts from the private sector and academia of both countries on:',
            ja: '双方は、次の事項について、両国の民間部門及び学術界の専門家から成るパネルの意見を聴く意図を有する。',
          },
          {
            points: [
              {
                en: 'changes to the shared list of sensitive sectors;',
                ja: '機微な業種の共通リストの変更',
              },
              {
                en: 'the burden that the common core of data places on investors; and',
                ja: '共通の基本項目が投資家に与える負担',
              },
              {
                en: 'the criteria for trusted investors.',
                ja: '信頼できる投資家に関する基準',
              },
            ],
          },
          {
            en: 'The panel advises; it sees no case files. The Participants will record how they have dealt with each of its comments.',
            ja: 'パネルは助言を行うものであり、案件の資料には接しない。双方は、パネルの各意見への対応を記録する。',
          },
        ],
      },
      {
        title: { en: 'Review and coming into effect', ja: '見直し及び協力の開始' },
        body: [
          {
            en: 'The Participants intend to review the cooperation every six months against the outcome targets and to report to the management committee. Differences over this Memorandum will be resolved through consultation.',
            ja: '双方は、6か月ごとに成果目標に照らして協力の状況を見直し、運営委員会に報告する意図を有する。本覚書に関する見解の相違は、協議により解決する。',
          },
          {
            en: 'This Memorandum comes into effect on the date of the last signature and is intended to remain in effect until 14 January 2028. The Participants may modify or extend it in writing. Either Participant may discontinue its participation, and intends to give sixty days’ written notice before doing so.',
            ja: '本覚書に基づく協力は、最後の署名が行われた日に開始し、2028年1月14日まで継続する意図を有する。双方は、書面により本覚書を修正し、又は期間を延長することができる。いずれの参加者も参加を終了することができ、その場合には60日前までに書面で通知する意図を有する。',
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
        en: 'For the Department of the Treasury and the Department of Commerce of the United States of America: ____________',
        ja: 'アメリカ合衆国財務省及び同国商務省を代表して　____________',
      },
      {
        en: 'For the Ministry of Finance and the Ministry of Economy, Trade and Industry of Japan: ____________',
        ja: '日本国財務省及び同国経済産業省を代表して　____________',
      },
    ],
  },
}
