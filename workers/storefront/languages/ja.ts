import type { Words } from "./words.ts"

export const ja: Words = {
  live: {
    phases: {
      scheduled: "まもなく開始",
      waiting: "順番待ち受付中",
      open: "販売中",
      paused: "一時停止中",
      sold_out_pending: "すべて確保済み",
      sold_out: "完売",
      ended: "終了",
    },
    bands: { in_stock: "在庫あり", low: "残りわずか", last_few: "残り数点", sold_out: "完売" },
    people: { other: "{count}人" },
    aboutPeople: { other: "約{count}人" },
    ahead: "前にお待ちの方",
    peopleAhead: "前に{count}人お待ちです",
    aboutPeopleAhead: "前に約{count}人お待ちです",
    between: "",
    kept: "このタブを閉じても、順番はこのブラウザーに保存されています。",
    placeKept: "順番は保存されています",
    draw: {
      figure: "抽選に参加中",
      with: { other: "現在、ほかに{count}人が参加しています" },
      first: "最初のご参加です",
      detail: "開始と同時に順番を抽選します。今ここにいる方は全員、同じ条件です。",
    },
    turn: {
      figure: "あなたの番です",
      caption: "ゲートが開いています",
      detail: "準備ができたらお入りください。入場した時点から持ち時間が始まります。",
      pending: "現在、すべての商品がほかの方に確保されています。戻ってくる場合は、中で先に確認できます。",
    },
    next: { figure: "次の番です", caption: "ゲートの前です", detail: "まもなくゲートが開きます。" },
    inLine: { figure: "順番待ち中", caption: "順番を計算しています" },
    roughly: "待ち時間の目安は{range}です。",
    range: {
      under: "1分未満",
      minutes: { other: "{count}分" },
      toMinutes: "{from}～{to}分",
      hours: { other: "{count}時間" },
      toHours: "{from}～{to}時間",
    },
    pending:
      "残りの商品は、お支払い中の方がすべて確保しています。商品が戻れば列が進みますが、進まないこともあります。",
    spokenFor:
      "残りの商品は、前にお待ちの方ですべてなくなる見込みです。このままお待ちいただくこともできます。商品が戻った場合は、ここでお知らせします。",
    cameBack: "商品の一部が戻り、列が進んでいます。",
    paused: {
      figure: "一時停止中",
      detail:
        "ショップが列を一時的に止めています。その間はどなたも入場せず、順番は保存されています。再開するとこのページも自動で進みます。",
    },
    soldOut: {
      figure: "完売",
      caption: "すべての商品の支払いが完了しました",
      detail:
        "お待ちいただきありがとうございました。この販売は完売しました。待ち時間に費用はかかっていません。",
    },
    ended: {
      figure: "終了",
      caption: "販売は終了しました",
      detail: "お待ちいただきありがとうございました。この販売は終了しました。",
    },
    sentence: "{figure}。{caption}。{detail}",
    aheadSentence: "{caption}：{figure}。{detail}",
    heard: "最終更新：{time}",
    silent: {
      away: "ゲートから応答がありません。",
      stillAway: "ゲートからまだ応答がありません。",
      offline: "この端末はオフラインです。",
      detail: "順番は保存されています。このページは自動で再試行を続けます。",
    },
    full: "現在、中は満員です。どなたかが出られ次第お入りいただけます。順番は保存されています。",
    held: { lead: "確保中", goOn: "続ける" },
  },
  layout: {
    skip: "本文へ移動",
    main: "メイン",
    more: "その他",
    all: "商品一覧",
    sales: "販売予定",
    promise:
      "商品は一点ずつ数えています。二重に販売することも、なくなった商品の代金をいただくこともありません。",
    language: "言語",
  },
  line: {
    title: "{sale}の順番待ち",
    drawIn: "抽選まで",
    enter: "販売ページに入る",
    stillToBeHad: "購入できる商品を見る",
    you: "あなた",
    waiting: "順番待ちの人数",
    served: "順番が来た人数",
    pace: "1分あたりの入場者数",
    left: "在庫の状況",
  },
  refusedEntry: {
    not_your_turn: {
      title: "もう少しお待ちください",
      detail: "まだ順番が来ていません。順番は保存されており、このページは自動で進みます。",
    },
    room_full: {
      title: "現在、中は満員です",
      detail: "どなたかが出られ次第、次にお入りいただけます。順番は保存されています。",
    },
    try_again: {
      title: "ゲートから応答がありませんでした",
      detail: "順番は保存されています。少し待ってからもう一度お試しください。",
    },
  },
  notInLine: {
    title: "まだ列に並んでいません",
    lead: "ボタンを一度押すだけで並べます。順番はこのブラウザーに保存されますので、購入に使う端末でお並びください。",
    join: "列に並ぶ",
    notOpen: "順番待ちはまだ始まっていません。",
    over: "この販売は終了しました。",
    about: "{sale}について",
  },
  inside: {
    title: "販売中：{sale}",
    heading: "入場しました",
    lead: "ご希望の商品を確保してから、お支払いください。確保した商品がほかの方に渡ることはありません。",
    time: "残りの持ち時間",
    choose: "お選びください",
    noneFree: "現在、空きがありません",
    hold: "1点を{length}確保する",
    limit: { other: "お一人様{count}点までです。" },
    salePrice: "販売価格",
    ordinaryPrice: "通常価格",
  },
  sayings: {
    line_first: {
      title: "まず列にお並びください",
      words: [
        "この商品は販売イベントの対象です。列に並び、順番が来ると確保できます。",
        "すでに入場されていた場合は、持ち時間が終了しています。",
      ],
    },
    nothing_here: {
      title: "ページが見つかりません",
      words: ["アドレスが間違っているか、商品の取り扱いが終了しています。"],
    },
    not_right_now: {
      title: "ただいまご利用いただけません",
      words: [
        "ショップの一部が応答していません。通常は数秒で復旧します。確保やお支払いの内容は保たれています。",
      ],
    },
    sold_out: {
      title: "現在、空きがありません",
      words: [
        "すべての商品が売れたか、お支払い中の方に確保されています。確保の期限が切れると商品が戻ります。",
        "代金は請求されていません。",
      ],
    },
    limit_reached: {
      title: "購入できる数に達しています",
      words: [
        "より多くの方にお届けするため、この商品にはお一人様の数の上限があります。確保中または購入済みの分も含まれます。",
      ],
    },
    ticket_invalid: {
      title: "この順番はご利用いただけません",
      words: ["順番は一つのブラウザーと一つの販売に限られます。ここで列にお並びください。一度押すだけです。"],
    },
    invalid_request: {
      title: "内容が不足しています",
      words: [
        "ブラウザーから送られた内容に不足がありました。戻って選び直し、もう一度ボタンを押してください。",
      ],
    },
    sale_not_open: {
      title: "販売は行われていません",
      words: ["まだ始まっていないか、一時停止中です。列の順番は有効ですので、ご安心ください。"],
    },
    sale_over: {
      title: "この販売は終了しました",
      words: ["この販売の価格ではお求めいただけません。代金は請求されていません。"],
    },
    slow_down: {
      title: "少々お待ちください",
      words: [
        "多くの方が同時にアクセスしています。数秒待ってから戻り、もう一度お試しください。確保も請求も行われていません。",
      ],
    },
    hold_expired: {
      title: "確保の期限が切れました",
      words: ["期限が過ぎたため、商品はほかの方も選べるようになりました。代金は請求されていません。"],
    },
    hold_not_found: {
      title: "この確保は表示できません",
      words: [
        "確保の内容は、手続きをしたブラウザーでのみ表示できます。このブラウザーの場合は、すでに終了しています。",
      ],
    },
    order_not_found: {
      title: "この注文は表示できません",
      words: ["注文は、手続きをしたブラウザーか、専用のリンクから確認できます。"],
    },
    already_paid: {
      title: "お支払い済みです",
      words: ["この注文はお支払い済みのため、ここでは取り消せません。"],
    },
    payment_unavailable: {
      title: "決済サービスが応答していません",
      words: [
        "商品は確保されたままです。少し待ってからもう一度お試しください。二重に請求されることはありません。",
      ],
    },
    cross_origin: {
      title: "別のサイトからの操作です",
      words: ["安全のため、この操作はショップのページからのみ行えます。"],
    },
    unforeseen: {
      title: "うまくいきませんでした",
      words: ["原因は当店側にあり、記録しました。代金は請求されていません。戻ってもう一度お試しください。"],
    },
  },
  ways: {
    line: "列のページへ",
    sale: "販売について",
    piece: "商品に戻る",
    shelves: "すべての商品を見る",
    start: "トップへ",
  },
}
