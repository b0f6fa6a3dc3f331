/** What the artificial intelligence group brings to the demo initiative: targets, actions and its MOU. */
import type { GroupContent } from './content.ts'

export const ai: GroupContent = {
  group: 'ai',
  targets: [
    {
      key: 'lead-assessment',
      statement: {
        en: 'A joint assessment of where the two countries lead in AI, where the lead is at risk, and which policies keep it.',
        ja: 'AIにおいて両国が優位に立つ領域、優位が脅かされている領域及び優位を保つ政策について、共同評価を行うこと。',
      },
      measure: {
        en: 'Number of AI fields assessed against criteria that both sides use.',
        ja: '双方に共通の基準により評価を終えたAI領域の数',
      },
      baseline: {
        en: 'No common criteria and no joint assessment.',
        ja: '共通の基準も共同評価もなし。',
      },
      target: {
        en: 'Eight fields assessed and put before the management committee.',
        ja: '8領域の評価を終え、運営委員会に提出',
      },
      due: '2026-09-10',
      owner: { us: 'us-commerce', jp: 'jp-cabinet-office' },
      status: 'done',
      statusReason: {
        en: 'All eight assessments went to the management committee of 10 September 2026, which took note of them.',
        ja: '8領域全ての評価を2026年9月10日の運営委員会に提出し、同委員会がこれを了知した。',
      },
    },
    {
      key: 'joint-research',
      statement: {
        en: 'Paired research calls, so that teams of both countries can work on the same AI question under one set of terms.',
        ja: '両国の研究チームが同一の条件の下で同じAIの課題に取り組めるよう、対となる研究公募を行うこと。',
      },
      measure: {
        en: 'Number of priority fields with a paired call open on both sides.',
        ja: '双方で対となる公募を開始した優先領域の数',
      },
      baseline: {
        en: 'National programmes, among them Japan’s JPY 500 billion R&D fund, have no paired call with the other side in AI.',
        ja: '日本の5,000億円規模の研究開発基金を含む各国の事業に、AI分野で他方と対をなす公募はなし。',
      },
      target: {
        en: 'Three fields: trustworthy AI, AI for materials science, AI for disaster response.',
        ja: '3領域（信頼できるAI、材料科学のためのAI、災害対応のためのAI）で開始',
      },
      due: '2027-09-30',
      owner: { us: 'us-energy', jp: 'jp-cabinet-office' },
      status: 'onTrack',
      statusReason: {
        en: 'The fields are chosen and the evaluation criteria are clean. The model terms are stuck, but the first call is not due to open before April 2027.',
        ja: '領域の選定を終え、審査基準の括弧書きも解消済み。モデル条件の協議は停滞しているが、最初の公募の開始は2027年4月以降の予定。',
      },
    },
    {
      key: 'ethics',
      statement: {
        en: 'Common understandings on the ethics of AI, in one text in both languages.',
        ja: 'AIの倫理に関する共通認識を、両言語による一つの文書にまとめること。',
      },
      measure: {
        en: 'Number of the six topics (safety, transparency, fairness, privacy, accountability, human oversight) with a text cleared by both co-chairs.',
        ja: '6項目（安全性、透明性、公平性、プライバシー、説明責任、人間による監督）のうち、双方の共同議長が案文の確認を終えた項目の数',
      },
      baseline: {
        en: 'Each side cites its own principles. No topic has a common text.',
        ja: '各側が独自の原則を引用。共通の案文を持つ項目は皆無。',
      },
      target: {
        en: 'Six topics, with no bracket left.',
        ja: '6項目全てで括弧書きを解消',
      },
      due: '2027-03-31',
      owner: { us: 'us-state', jp: 'jp-mofa' },
      status: 'onTrack',
      statusReason: {
        en: 'Four topics are cleared. Accountability and human oversight have two brackets each.',
        ja: '4項目は確認済み。説明責任と人間による監督には、それぞれ括弧書きが2か所残る。',
      },
    },
    {
      key: 'g20-paper',
      statement: {
        en: 'The common understandings carried to the G-20 as a joint contribution of both countries.',
        ja: '共通認識を、両国の共同提案としてG20に提出すること。',
      },
      measure: {
        en: 'Joint papers submitted to a G-20 meeting at the level of officials or above.',
        ja: 'G20の事務レベル以上の会合に提出した共同ペーパーの数',
      },
      baseline: {
        en: 'No joint paper. The two sides prepare their positions on AI separately.',
        ja: '共同ペーパーはなし。AIに関する対処方針は各側が個別に作成。',
      },
      target: {
        en: 'One joint paper, submitted in both countries’ names.',
        ja: '両国連名による共同ペーパーを1件提出',
      },
      due: '2027-10-29',
      owner: { us: 'us-state', jp: 'jp-mofa' },
      status: 'atRisk',
      statusReason: {
        en: 'The outline is late and the paper cannot be completed before the ethics text is clean. The margin has shrunk to one round of drafting.',
        ja: '骨子の作成が遅れており、倫理に関する案文の括弧書きが解消するまでペーパーを完成できない。日程の余裕は起草1回分にまで縮小。',
      },
    },
    {
      key: 'comparable-tests',
      statement: {
        en: 'Tests of AI systems whose results can be compared on both sides.',
        ja: '双方で結果を比較できるAIシステムの試験方法を整えること。',
      },
      measure: {
        en: 'Number of test protocols that both sides have run with comparable results.',
        ja: '双方が実施し、比較可能な結果を得た試験手順の数',
      },
      baseline: {
        en: 'Two sets of test terms. No protocol has been run on both sides.',
        ja: '試験用語は2系統が併存。双方で実施した試験手順は皆無。',
      },
      target: {
        en: 'Four protocols, with results written up in both languages.',
        ja: '4件の試験手順を実施し、結果を両言語で取りまとめ',
      },
      due: '2027-06-30',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      status: 'onTrack',
      statusReason: {
        en: 'Terms are settled. Two protocols have been on trial since October 2026.',
        ja: '用語は確定済み。2026年10月から2件の試験手順を試行中。',
      },
    },
  ],
  actions: [
    {
      what: {
        en: 'Assess eight AI fields against common criteria and write up the findings jointly.',
        ja: 'AIの8領域を共通の基準により評価し、結果を共同で取りまとめる。',
      },
      serves: 'lead-assessment',
      owner: { us: 'us-commerce', jp: 'jp-cabinet-office' },
      start: '2026-02-16',
      due: '2026-08-28',
      milestone: {
        en: 'Eight assessments cleared by both co-chairs.',
        ja: '8領域の評価について双方の共同議長が確認',
      },
      status: 'done',
      statusReason: {
        en: 'Cleared on 27 August 2026, with the disposition of 31 panel comments recorded.',
        ja: '2026年8月27日に確認を終了。諮問委員の意見31件に対する対応結果を記録済み。',
      },
    },
    {
      what: {
        en: 'Lay the ethical principles that each side uses side by side and settle the list of topics.',
        ja: '双方が用いる倫理原則を突き合わせ、取り上げる項目の一覧を確定する。',
      },
      serves: 'ethics',
      owner: { us: 'us-state', jp: 'jp-mofa' },
      start: '2026-03-02',
      due: '2026-06-05',
      milestone: {
        en: 'List of topics adopted by the co-chairs.',
        ja: '共同議長による項目一覧の採択',
      },
      status: 'done',
      statusReason: {
        en: 'Six topics adopted on 3 June 2026.',
        ja: '2026年6月3日に6項目を採択。',
      },
    },
    {
      what: {
        en: 'Draft model terms for joint research teams: results, data and trained models.',
        ja: '共同研究チーム向けのモデル条件（研究成果、データ、学習済みモデルの取扱い）を起草する。',
      },
      serves: 'joint-research',
      owner: { us: 'us-energy', jp: 'jp-meti' },
      start: '2026-05-18',
      due: '2026-10-30',
      milestone: {
        en: 'Model terms with no bracket left.',
        ja: 'モデル条件の括弧書きの解消',
      },
      status: 'blocked',
      statusReason: {
        en: 'Past due: the two sides differ on whether trained models belong to the team or to the funding body. The co-chairs have asked the management committee of 10 December 2026 to decide.',
        ja: '期限超過。学習済みモデルの帰属を研究チームと資金配分機関のいずれとするかで双方の見解が異なる。共同議長は2026年12月10日の運営委員会に判断を求めた。',
      },
    },
    {
      what: {
        en: 'Write the outline of the joint paper for the G-20 and plan how it is to be introduced.',
        ja: 'G20に提出する共同ペーパーの骨子を作成し、提案の進め方を定める。',
      },
      serves: 'g20-paper',
      owner: { us: 'us-state', jp: 'jp-mofa' },
      start: '2026-08-03',
      due: '2026-11-13',
      milestone: {
        en: 'Outline cleared by both foreign ministries.',
        ja: '双方の外交当局による骨子の確認',
      },
      status: 'atRisk',
      statusReason: {
        en: 'Past due: the outline is written but the section on accountability waits for the ethics text. Clearance is now expected in mid-December.',
        ja: '期限超過。骨子は作成したが、説明責任の部分は倫理に関する案文を待つ状態。確認は12月中旬となる見込み。',
      },
    },
    {
      what: {
        en: 'Negotiate the two open topics of the ethics text, accountability and human oversight.',
        ja: '倫理に関する案文のうち、残る2項目（説明責任、人間による監督）を協議する。',
      },
      serves: 'ethics',
      owner: { us: 'us-state', jp: 'jp-mofa' },
      start: '2026-09-01',
      due: '2027-02-26',
      milestone: {
        en: 'Both topics ad referendum.',
        ja: '両項目の暫定合意',
      },
      status: 'onTrack',
      statusReason: {
        en: 'Wording from the advisory panel has narrowed both topics to two brackets each.',
        ja: '諮問パネルの文案を踏まえ、両項目とも括弧書きは2か所に減少。',
      },
    },
    {
      what: {
        en: 'Run the first two test protocols on both sides and compare the results.',
        ja: '最初の2件の試験手順を双方で実施し、結果を比較する。',
      },
      serves: 'comparable-tests',
      owner: { us: 'us-commerce', jp: 'jp-meti' },
      start: '2026-10-05',
      due: '2027-03-26',
      milestone: {
        en: 'Joint account of where results differ and why.',
        ja: '結果の相違点とその理由に関する共同報告',
      },
      status: 'onTrack',
      statusReason: {
        en: 'The first protocol has been run on both sides. The second begins in December 2026.',
        ja: '1件目は双方で実施済み。2件目は2026年12月に開始予定。',
      },
    },
    {
      what: {
        en: 'Open the paired research calls, beginning with trustworthy AI.',
        ja: '信頼できるAIを皮切りに、対となる研究公募を開始する。',
      },
      serves: 'joint-research',
      owner: { us: 'us-energy', jp: 'jp-cabinet-office' },
      start: '2027-02-01',
      due: '2027-08-31',
      milestone: {
        en: 'First call published on the same day in both countries.',
        ja: '最初の公募を両国で同日に公表',
      },
      status: 'onTrack',
      statusReason: {
        en: 'Not yet begun, as planned. The call text can be written up to the clause on trained models.',
        ja: '予定どおり未着手。公募要領は学習済みモデルに関する条項を除いて起草可能。',
      },
    },
  ],
  mou: {
    title: {
      en: 'Memorandum of Understanding on Cooperation in Artificial Intelligence',
      ja: '人工知能に関する協力覚書',
    },
    preamble: [
      {
        en: 'The Department of Commerce of the United States of America and the Ministry of Economy, Trade and Industry of Japan (hereinafter each a “Participant” and together the “Participants”),',
        ja: 'アメリカ合衆国商務省及び日本国経済産業省（以下それぞれを「参加者」といい、併せて「双方」という。）は、',
      },
      {
        en: 'Recalling the Economic Security Initiative of the Economic Policy Consultative Committee and the outcome targets that its Artificial intelligence working group has set for two years;',
        ja: '日米経済政策協議委員会の経済安全保障イニシアティブ及びその人工知能作業部会が2年間について定めた成果目標を想起し、',
      },
      {
        en: 'Convinced that a lead in artificial intelligence (AI) is kept by open research, sound investment and the trust of those who use it, and that none of these lasts without the others;',
        ja: '人工知能（以下「AI」という。）における優位は、開かれた研究、適切な投資及び利用者の信頼によって保たれ、そのいずれも他を欠いては長続きしないことを確信し、',
      },
      {
        en: 'Desiring to build common views on the ethics of AI between the two countries first, and then to carry them to wider forums, have come to the following understanding:',
        ja: 'AIの倫理に関する共通の考え方をまず両国間で築き、次いでより広い国際的な場につなげることを希望して、次のとおり意図を共有する。',
      },
    ],
    articles: [
      {
        title: { en: 'Purpose', ja: '目的' },
        body: [
          {
            en: 'Under this Memorandum the Participants intend to coordinate the policies by which the two countries keep a lead in AI, and to form common understandings on its ethical use.',
            ja: '双方は、本覚書の下で、両国がAIにおける優位を保つための政策を調整し、かつ、その倫理的な利用について共通認識を形成する意図を有する。',
          },
          {
            en: 'This Memorandum is not legally binding. Each Participant will act within its own laws, competence and available budget.',
            ja: '本覚書は、法的拘束力を有しない。各参加者は、自国の法令、権限及び利用可能な予算の範囲内で行動する。',
          },
        ],
      },
      {
        title: { en: 'Scope', ja: '対象範囲' },
        body: [
          {
            en: 'Cooperation will cover civilian AI, and in particular:',
            ja: '協力は民生分野のAIを対象とし、特に次の事項を含む。',
          },
          {
            points: [
              {
                en: 'joint assessment of the fields in which a lead is held or at risk;',
                ja: '優位を有する領域又は優位が脅かされている領域の共同評価',
              },
              {
                en: 'research and development, including access to data and computing for joint teams;',
                ja: '研究開発（共同研究チームによるデータ及び計算資源の利用を含む。）',
              },
              {
                en: 'tests of AI systems whose results can be compared;',
                ja: '結果の比較が可能なAIシステムの試験',
              },
              {
                en: 'the ethics of AI, and its presentation in international forums.',
                ja: 'AIの倫理及び国際的な場におけるその発信',
              },
            ],
          },
          {
            en: 'Military uses are outside this Memorandum. Controls on the export of AI technologies remain with the Export controls working group, which the Participants intend to consult where joint research touches upon them.',
            ja: '軍事利用は、本覚書の対象としない。AI技術の輸出管理は引き続き輸出管理作業部会の所掌とし、共同研究がこれに関わる場合には、双方は同作業部会と協議する意図を有する。',
          },
        ],
      },
      {
        title: { en: 'Research and development', ja: '研究開発' },
        body: [
          {
            en: 'The Participants intend to encourage paired research calls, published on the same day and judged by common criteria, in fields chosen from the joint assessment. Each country funds its own teams; Japan’s R&D fund of JPY 500 billion and the programmes of the United States keep their own rules.',
            ja: '双方は、共同評価を踏まえて選定した領域において、同日に公表し、共通の基準により審査する一対の研究公募を促進する意図を有する。資金は各国が自国の研究チームに対して拠出し、日本の5,000億円の研究開発基金及び米国の各事業は、それぞれの規則に従う。',
          },
          {
            en: 'The Participants will prepare model terms for joint teams that state:',
            ja: '双方は、共同研究チーム向けに、次の事項を定めるモデル条件を作成する。',
          },
          {
            points: [
              {
                en: 'who may use results, data and trained models, and for what;',
                ja: '研究成果、データ及び学習済みモデルを利用できる者並びにその利用目的',
              },
              {
                en: 'how the source and the conditions of use of data are recorded;',
                ja: 'データの出所及び利用条件の記録方法',
              },
              {
                en: 'what a team is to disclose about support from other countries.',
                ja: '研究チームが他国からの支援について開示すべき事項',
              },
            ],
          },
        ],
      },
      {
        title: { en: 'Comparable tests', ja: '比較可能な試験' },
        body: [
          {
            en: 'The Participants intend to develop test protocols for AI systems in common, to run each of them on both sides, and to explain to each other every difference in results.',
            ja: '双方は、AIシステムの試験手順を共同で開発し、そのそれぞれを双方で実施し、結果に相違があるときは全て相互に説明する意図を有する。',
          },
          {
            en: 'A protocol that has given comparable results may be published in both languages. Neither Participant will treat a test result of the other as an approval of a product.',
            ja: '比較可能な結果が得られた試験手順は、両言語で公表することができる。いずれの参加者も、他方の試験結果を製品の認可として取り扱わない。',
          },
        ],
      },
      {
        title: { en: 'Ethics of AI', ja: 'AIの倫理' },
        body: [
          {
            en: 'The Participants intend to set down common understandings on the following topics:',
            ja: '双方は、次の項目に関する共通認識を文書にまとめる意図を有する。',
          },
          {
            points: [
              {
                en: 'safety throughout the life of an AI system;',
                ja: 'AIシステムの全期間を通じた安全性',
              },
              {
                en: 'transparency towards those who use it or are affected by it;',
                ja: '利用者及び影響を受ける者に対する透明性',
              },
              { en: 'fairness, and the prevention of unjust discrimination;', ja: '公平性及び不当な差別の防止' },
              { en: 'privacy and the protection of personal data;', ja: 'プライバシー及び個人データの保護' },
              {
                en: 'accountability of those who develop, supply and use it;',
                ja: '開発、提供及び利用に携わる者の説明責任',
              },
              {
                en: 'human oversight where a decision weighs on a person’s rights.',
                ja: '個人の権利に重大な影響を与える判断に対する人間による監督',
              },
            ],
          },
          {
            en: 'Each understanding will state what it means for a developer, for a user and for a public authority, with at least one example, so that it can be applied and not only cited.',
            ja: '各共通認識には、引用されるだけでなく実際に適用し得るものとなるよう、開発者、利用者及び公的機関のそれぞれにとっての意味を、少なくとも一つの例とともに示す。',
          },
        ],
      },
      {
        title: { en: 'Wider forums', ja: '国際的な場への展開' },
        body: [
          {
            en: 'In consultation with the Department of State and the Ministry of Foreign Affairs, the Participants intend to carry the common understandings to the G-20 as a joint contribution, and to consider other forums once the G-20 has discussed it.',
            ja: '双方は、国務省及び外務省と協議の上、共通認識を共同提案としてG20に提出し、G20における議論の後、その他の国際的な場への展開を検討する意図を有する。',
          },
          {
            en: 'The Participants will inform each other in advance of proposals on the ethics of AI that either plans to make in an international forum, and will endeavour not to surprise one another there.',
            ja: '双方は、いずれか一方が国際的な場において行おうとするAIの倫理に関する提案を事前に相互に通知し、その場で他方の予期しない提案を行うことのないよう努める。',
          },
        ],
      },
      {
        title: {
          en: 'Panel of experts, contact points and handling of information',
          ja: '専門家による諮問パネル、連絡窓口及び情報の取扱い',
        },
        body: [
          {
            en: 'An advisory panel of experts from companies, universities and research institutes of both countries will comment on drafts opened to it. The co-chairs intend to give each comment a recorded disposition with a reason.',
            ja: '両国の企業、大学及び研究機関の専門家から成る諮問パネルは、開示された案に対して意見を述べる。共同議長は、各意見への対応結果を理由とともに記録する意図を有する。',
          },
          {
            en: 'Each Participant will name one office as its contact point for this Memorandum and keep the secretariat informed of any change.',
            ja: '各参加者は、本覚書に関する連絡窓口として一つの部署を指定し、変更があった場合には事務局に通知する。',
          },
          {
            en: 'Drafts and unpublished results will carry a handling mark, and the Participants intend to observe it within the limits of their laws. Personal data will not be exchanged under this Memorandum unless its terms are first settled in writing. Classified information will not be exchanged under it at all.',
            ja: '案文及び未公表の結果には取扱区分を付し、双方は、自国の法令の範囲内でこれを遵守する意図を有する。個人データは、その条件を事前に書面で定めない限り、本覚書の下で交換しない。秘密指定された情報は、本覚書の下では一切交換しない。',
          },
        ],
      },
      {
        title: { en: 'Review and coming into effect', ja: '見直し及び適用の開始' },
        body: [
          {
            en: 'The co-chairs will review this Memorandum every six months against the outcome targets, with regard to the pace at which the technology changes. Any difference in interpretation or application will be resolved through consultations between the Participants.',
            ja: '共同議長は、技術の変化の速さを考慮しつつ、6か月ごとに成果目標に照らして本覚書を点検する。解釈又は適用に関する相違は、双方の協議により解決する。',
          },
          {
            en: 'This Memorandum will come into effect on the date of signature by both Participants and will continue until 14 January 2028. It may be modified or extended by their written consent.',
            ja: '本覚書は、双方が署名した日から適用され、2028年1月14日まで継続する。本覚書は、双方の書面による同意により修正し、又は延長することができる。',
          },
          {
            en: 'Either Participant may discontinue its participation, and intends to inform the other in writing 90 days in advance, so that joint research already begun can be brought to an orderly end.',
            ja: 'いずれの参加者も参加を取りやめることができ、その場合には、既に開始した共同研究を円滑に終えることができるよう、90日前までに他方の参加者に書面で通知する意図を有する。',
          },
        ],
      },
    ],
    signature: [
      {
        en: 'Done at ____________, on ____________, in duplicate, in the English and Japanese languages.',
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
