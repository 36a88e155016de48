import type { Words } from "./words.ts"

export const en: Words = {
  live: {
    phases: {
      scheduled: "Coming up",
      waiting: "The line is open",
      open: "Open now",
      paused: "Paused",
      sold_out_pending: "Everything is spoken for",
      sold_out: "Sold out",
      ended: "Over",
    },
    bands: { in_stock: "In stock", low: "Low stock", last_few: "Last few", sold_out: "Sold out" },
    people: { other: "{count}" },
    aboutPeople: { other: "About {count}" },
    ahead: "ahead of you",
    peopleAhead: "{count} ahead of you",
    aboutPeopleAhead: "about {count} ahead of you",
    between: " ",
    kept: "You can close this tab, your place is kept in this browser.",
    placeKept: "your place is kept",
    draw: {
      figure: "In the draw",
      with: { one: "with {count} other so far", other: "with {count} others so far" },
      first: "you are the first here",
      detail: "At the opening the order is drawn, and everybody here has the same chance.",
    },
    modes: {
      firstCome: {
        figure: "In line",
        soFar: { one: "{count} is in line so far", other: "{count} are in line so far" },
        detail: "At the opening people go in in the order in which they came.",
      },
      registered:
        "Not drawn yet. At the opening the winners are drawn, and everybody here has the same chance. Be back then: a winner’s turn lasts some minutes.",
      winnersTurn: {
        figure: "Drawn",
        caption: "it is your turn",
        detail:
          "Go in soon: a winner’s turn lasts some minutes, then the next in rank is drawn too, and pieces no longer wait for you.",
      },
      draw: {
        not_yet: {
          figure: "Drawing",
          caption: "the winners are being drawn",
          detail: "It takes some seconds, and this page goes on by itself.",
        },
        drawn: {
          figure: "Drawn",
          caption: "you are one of the winners",
          detail: "The gate lets winners in one after the other. It opens for you soon, so stay near.",
        },
        may_be_drawn: {
          figure: "Not drawn",
          caption: "you may still be drawn",
          detail:
            "When winners let their turn pass, the next in rank are drawn. That may well not come to you.",
        },
        too_late: {
          figure: "Too late",
          caption: "registration had closed when you came",
          detail: "Only who came before the bell is in this draw. There is nothing to wait for here.",
        },
      },
      invited: {
        figure: "Invited",
        caption: "you go in before the others",
        detail:
          "Early access begins before the sale opens. Those who were invited are drawn among each other and let in one after the other, as there are places.",
      },
    },
    turn: {
      figure: "Your turn",
      caption: "the gate is open for you",
      detail: "Go in when you are ready. Your time inside begins when you enter.",
      pending:
        "All pieces are held by others at this moment. Some may come back, and inside you see it first.",
    },
    next: { figure: "Next", caption: "you are at the gate", detail: "It opens for you in a moment." },
    inLine: { figure: "In line", caption: "your place is being worked out" },
    roughly: "Roughly {range}.",
    range: {
      under: "less than a minute",
      minutes: { one: "{count} minute", other: "{count} minutes" },
      toMinutes: "{from} to {to} minutes",
      hours: { one: "{count} hour", other: "{count} hours" },
      toHours: "{from} to {to} hours",
    },
    pending:
      "All pieces in sight are held by shoppers who are paying now. If some come back, the line moves on; it may well not.",
    spokenFor:
      "The pieces in sight are spoken for: those ahead of you will most likely take them all. You may stay; if some come back, you are told here.",
    cameBack: "Some pieces came back, and the line moves on.",
    paused: {
      figure: "Paused",
      detail:
        "The shop has stopped the line for a moment. Nobody goes in meanwhile, and your place is kept. This page goes on by itself.",
    },
    soldOut: {
      figure: "Sold out",
      caption: "every piece has been paid for",
      detail:
        "Thank you for waiting. There is nothing more to wait for in this sale, and the waiting cost you nothing.",
    },
    ended: {
      figure: "Over",
      caption: "the sale has closed",
      detail: "Thank you for waiting. There is nothing more to wait for in this sale.",
    },
    sentence: "{figure}, {caption}. {detail}",
    aheadSentence: "{figure} {caption}. {detail}",
    heard: "Last heard from the gate at {time}.",
    silent: {
      away: "The gate does not answer.",
      stillAway: "The gate does not answer yet.",
      offline: "This device is offline.",
      detail: "Your place is kept, and this page goes on trying by itself.",
    },
    full: "As many are inside as may be. You go in as soon as somebody leaves. Your place is kept.",
    held: { lead: "Held for you", goOn: "go on" },
  },
  layout: {
    skip: "Skip to the content",
    main: "Main",
    more: "More",
    all: "All pieces",
    sales: "Sales",
    promise: "Every piece is counted once: nothing is sold twice, and nobody is charged for what is gone.",
    language: "Language",
  },
  line: {
    title: "The line for {sale}",
    drawIn: "The draw is in",
    opensIn: "Opens in",
    enter: "Enter the sale",
    stillToBeHad: "See what is still to be had",
    you: "you",
    waiting: "in line now",
    served: "have had their turn",
    pace: "go in each minute",
    left: "What is left",
    draw: "How the draw is made, and how to check it",
  },
  refusedEntry: {
    not_your_turn: {
      title: "Not quite yet",
      detail: "The gate has not come to your place. It is kept, and this page goes on by itself.",
    },
    room_full: {
      title: "As many are inside as may be",
      detail: "You are next as soon as somebody leaves. Your place is kept.",
    },
    try_again: { title: "The gate did not answer", detail: "Your place is kept. Try again in a moment." },
  },
  check: {
    label: "The check",
    proof_of_work: "Your browser does a second or two of work first. It keeps robots from filling the line.",
    turnstile: "A short check comes first. It keeps robots from filling the line.",
    working: "Working on it …",
    joining: "Joining …",
    failed: "The check did not succeed. Nothing is lost: press the button once more.",
    needsScript: "This sale can only be joined with JavaScript switched on.",
    needsScriptWhy: "The check needs it. Everything after that works without.",
  },
  notInLine: {
    title: "You are not in the line yet",
    lead: "It takes one press. Your place is kept in this browser, so join on the device you want to buy with.",
    join: "Join the line",
    notOpen: "The line has not opened yet.",
    over: "This sale is over, so there is nothing to wait for.",
    closed: "This sale is a draw among those who registered before the bell. Nobody can join it any more.",
    about: "About {sale}",
  },
  invited: {
    title: "Invited: {sale}",
    heading: "You are invited to {sale}",
    over: "This sale is over, so there is nothing to join any more.",
    lead: "You may go in before the sale opens to everybody. Those who were invited are drawn among each other, so coming earlier gains nothing.",
    opensIn: "Early access opens",
    join: "Join with this invitation",
    note: "The link is good for one place, in the browser that enters first. Join on the device you want to buy with.",
  },
  inside: {
    title: "Inside: {sale}",
    heading: "You’re inside",
    lead: "Hold what you want, then pay. Nobody in the line can take what you hold.",
    draw: "How the draw was made, and how to check it",
    time: "Your time inside",
    choose: "Choose one",
    noneFree: "None free at this moment",
    hold: "Hold one for {length}",
    limit: { one: "One for each customer.", other: "{count} for each customer at most." },
    salePrice: "Sale price",
    ordinaryPrice: "ordinary price",
  },
  sayings: {
    line_first: {
      title: "The line comes first",
      words: [
        "This piece is in a sale. Join its line; when your turn comes you can hold it.",
        "If you were inside before, your time there is over.",
      ],
    },
    nothing_here: {
      title: "There is nothing here",
      words: ["The address may be mistyped, or the piece has left the shop."],
    },
    not_right_now: {
      title: "Not right now",
      words: [
        "A part of the shop does not answer. It usually takes seconds. What you hold or have paid is safe.",
      ],
    },
    sold_out: {
      title: "None is free at this moment",
      words: [
        "Every piece is sold or held by somebody who is paying now. Pieces come back when a hold runs out.",
        "Nothing was charged for this.",
      ],
    },
    limit_reached: {
      title: "You have your share already",
      words: [
        "This piece is limited for each customer, so that it reaches more people. What you hold or bought before counts.",
      ],
    },
    ticket_invalid: {
      title: "This place in line is not yours",
      words: ["Places belong to one browser and one sale. Join the line here; it takes one press."],
    },
    invitation_invalid: {
      title: "This invitation is not valid",
      words: [
        "It is not one to this sale, or it has run out. Check that the whole link was copied. You can join the sale’s line without it.",
      ],
    },
    registration_closed: {
      title: "Registration has closed",
      words: ["This sale is a draw among those who registered before the bell. Nobody can join it any more."],
    },
    challenge_required: {
      title: "The check was not passed",
      words: [
        "This sale asks every browser for a short check before it joins, so that robots don’t fill the line. It needs JavaScript.",
        "Go back to the sale and press the button once more.",
      ],
    },
    invalid_request: {
      title: "That was not complete",
      words: [
        "Something was missing from what your browser sent. Go back, choose again, and press the button once more.",
      ],
    },
    sale_not_open: {
      title: "The sale is not open",
      words: ["It has not begun yet, or it is paused. Nothing is lost: your place in its line counts."],
    },
    sale_over: {
      title: "This sale is over",
      words: ["Its prices are no longer to be had. Nothing was charged for this."],
    },
    slow_down: {
      title: "One moment, please",
      words: [
        "Very many people are here at once. Wait a few seconds, then go back and try again. Nothing was held and nothing was charged.",
      ],
    },
    hold_expired: {
      title: "The hold has run out",
      words: [
        "Its time is over and the piece went back to the shelf, so that somebody else could have it. Nothing was charged for it.",
      ],
    },
    hold_not_found: {
      title: "This hold is not here",
      words: [
        "A hold can be seen only in the browser that took it. If that was this one, it has been over for some time.",
      ],
    },
    order_not_found: {
      title: "This order is not here",
      words: ["An order can be seen in the browser that made it, or through its own link."],
    },
    already_paid: {
      title: "It’s paid already",
      words: ["This order is paid, so it cannot be given back here."],
    },
    payment_unavailable: {
      title: "Payments do not answer",
      words: ["Your piece is still held. Try again in a moment; you cannot be charged twice."],
    },
    cross_origin: {
      title: "That came from another site",
      words: ["For your safety this can be done only from the shop’s own pages."],
    },
    unforeseen: {
      title: "That did not work",
      words: [
        "The mistake is ours, and it was noted. Nothing was charged by this. Go back and try once more.",
      ],
    },
  },
  ways: {
    line: "Go to the line",
    sale: "About the sale",
    piece: "Back to the piece",
    shelves: "See all pieces",
    start: "To the start",
  },
}
