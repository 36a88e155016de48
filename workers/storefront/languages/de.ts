import type { Words } from "./words.ts"

export const de: Words = {
  live: {
    phases: {
      scheduled: "Demnächst",
      waiting: "Die Warteschlange ist offen",
      open: "Jetzt offen",
      paused: "Angehalten",
      sold_out_pending: "Alles ist vergeben",
      sold_out: "Ausverkauft",
      ended: "Vorbei",
    },
    bands: {
      in_stock: "Vorrätig",
      low: "Nur noch wenige",
      last_few: "Die letzten Stücke",
      sold_out: "Ausverkauft",
    },
    people: { other: "{count}" },
    aboutPeople: { other: "Etwa {count}" },
    ahead: "vor Ihnen",
    peopleAhead: "{count} vor Ihnen",
    aboutPeopleAhead: "etwa {count} vor Ihnen",
    between: " ",
    kept: "Sie können diesen Tab schließen, Ihr Platz bleibt in diesem Browser erhalten.",
    placeKept: "Ihr Platz bleibt erhalten",
    draw: {
      figure: "In der Verlosung",
      with: { one: "bisher mit {count} anderen Person", other: "bisher mit {count} anderen" },
      first: "bisher sind Sie allein hier",
      detail: "Bei der Öffnung wird die Reihenfolge ausgelost, und alle hier haben die gleiche Chance.",
    },
    modes: {
      firstCome: {
        figure: "In der Schlange",
        soFar: { one: "bisher {count} Person in der Schlange", other: "bisher {count} in der Schlange" },
        detail: "Bei der Öffnung geht es in der Reihenfolge hinein, in der alle gekommen sind.",
      },
      registered:
        "Noch nicht ausgelost. Bei der Öffnung werden die Gewinner gezogen, und alle hier haben die gleiche Chance. Seien Sie dann wieder da: Wer gezogen wird, hat einige Minuten Zeit.",
      winnersTurn: {
        figure: "Gezogen",
        caption: "Sie sind dran",
        detail:
          "Treten Sie bald ein: Sie haben einige Minuten Zeit, danach werden die Nächsten gezogen, und die Stücke warten nicht länger auf Sie.",
      },
      draw: {
        not_yet: {
          figure: "Ziehung läuft",
          caption: "die Gewinner werden gezogen",
          detail: "Das dauert einige Sekunden; diese Seite macht von selbst weiter.",
        },
        drawn: {
          figure: "Gezogen",
          caption: "Sie gehören zu den Gewinnern",
          detail:
            "Das Tor lässt die Gewinner nacheinander ein. Es öffnet sich bald für Sie, bleiben Sie in der Nähe.",
        },
        may_be_drawn: {
          figure: "Nicht gezogen",
          caption: "Sie können noch nachrücken",
          detail:
            "Wenn Gewinner ihre Zeit verstreichen lassen, werden die Nächsten gezogen. Gut möglich, dass es Sie nicht mehr trifft.",
        },
        too_late: {
          figure: "Zu spät",
          caption: "die Anmeldung war schon geschlossen",
          detail:
            "An dieser Verlosung nimmt nur teil, wer sich vor der Öffnung angemeldet hat. Hier gibt es nichts zu erwarten.",
        },
      },
      invited: {
        figure: "Eingeladen",
        caption: "Sie gehen vor den anderen hinein",
        detail:
          "Der frühe Zugang beginnt, bevor der Verkauf öffnet. Die Reihenfolge der Eingeladenen wird ausgelost; sie werden nacheinander eingelassen, sobald Plätze frei sind.",
      },
    },
    turn: {
      figure: "Sie sind dran",
      caption: "das Tor ist für Sie offen",
      detail: "Treten Sie ein, wenn Sie bereit sind. Ihre Zeit drinnen beginnt mit dem Eintreten.",
      pending:
        "Alle Stücke sind im Moment für andere reserviert. Einige können zurückkommen; drinnen sehen Sie es zuerst.",
    },
    next: { figure: "Als Nächstes", caption: "Sie stehen am Tor", detail: "Es öffnet sich gleich für Sie." },
    inLine: { figure: "In der Schlange", caption: "Ihr Platz wird gerade berechnet" },
    roughly: "Ungefähr {range}.",
    range: {
      under: "weniger als eine Minute",
      minutes: { one: "{count} Minute", other: "{count} Minuten" },
      toMinutes: "{from} bis {to} Minuten",
      hours: { one: "{count} Stunde", other: "{count} Stunden" },
      toHours: "{from} bis {to} Stunden",
    },
    pending:
      "Alle Stücke in Sicht sind für Kundinnen und Kunden reserviert, die gerade bezahlen. Kommen welche zurück, geht es weiter; das ist aber nicht sicher.",
    spokenFor:
      "Die Stücke in Sicht sind vergeben: Die vor Ihnen nehmen sie sehr wahrscheinlich alle. Sie können gern bleiben; kommen welche zurück, lesen Sie es hier.",
    cameBack: "Einige Stücke sind zurückgekommen, und es geht weiter.",
    paused: {
      figure: "Angehalten",
      detail:
        "Der Laden hat die Schlange kurz angehalten. So lange geht niemand hinein, und Ihr Platz bleibt erhalten. Diese Seite geht von selbst weiter.",
    },
    soldOut: {
      figure: "Ausverkauft",
      caption: "jedes Stück ist bezahlt",
      detail:
        "Danke, dass Sie gewartet haben. In diesem Verkauf gibt es nichts mehr zu erwarten, und das Warten hat Sie nichts gekostet.",
    },
    ended: {
      figure: "Vorbei",
      caption: "der Verkauf ist geschlossen",
      detail: "Danke, dass Sie gewartet haben. In diesem Verkauf gibt es nichts mehr zu erwarten.",
    },
    sentence: "{figure}, {caption}. {detail}",
    aheadSentence: "{figure} {caption}. {detail}",
    heard: "Zuletzt vom Tor gehört um {time}.",
    silent: {
      away: "Das Tor antwortet nicht.",
      stillAway: "Das Tor antwortet noch nicht.",
      offline: "Dieses Gerät ist offline.",
      detail: "Ihr Platz bleibt erhalten, und diese Seite versucht es von selbst weiter.",
    },
    full: "Drinnen sind gerade so viele, wie es sein dürfen. Sobald jemand geht, kommen Sie hinein. Ihr Platz bleibt erhalten.",
    held: { lead: "Für Sie reserviert", goOn: "weiter" },
  },
  layout: {
    skip: "Zum Inhalt springen",
    main: "Hauptmenü",
    more: "Mehr",
    all: "Alle Stücke",
    sales: "Verkäufe",
    promise:
      "Jedes Stück wird einmal gezählt: Nichts wird doppelt verkauft, und niemand bezahlt, was nicht mehr da ist.",
    language: "Sprache",
  },
  line: {
    title: "Die Warteschlange für {sale}",
    drawIn: "Verlosung in",
    opensIn: "Öffnet in",
    enter: "Zum Verkauf",
    stillToBeHad: "Ansehen, was es noch gibt",
    you: "Sie",
    waiting: "gerade in der Schlange",
    served: "waren schon dran",
    pace: "kommen pro Minute hinein",
    left: "Was noch da ist",
    draw: "Wie gelost wird und wie Sie es nachprüfen",
  },
  refusedEntry: {
    not_your_turn: {
      title: "Noch nicht ganz",
      detail:
        "Ihr Platz ist noch nicht an der Reihe. Er bleibt erhalten, und diese Seite geht von selbst weiter.",
    },
    room_full: {
      title: "Drinnen sind so viele, wie es sein dürfen",
      detail: "Sie sind dran, sobald jemand geht. Ihr Platz bleibt erhalten.",
    },
    try_again: {
      title: "Das Tor hat nicht geantwortet",
      detail: "Ihr Platz bleibt erhalten. Bitte versuchen Sie es gleich noch einmal.",
    },
  },
  check: {
    label: "Die Prüfung",
    proof_of_work: "Ihr Browser rechnet zuerst ein, zwei Sekunden. Das hält Roboter aus der Schlange.",
    turnstile: "Zuerst kommt eine kurze Prüfung. Sie hält Roboter aus der Schlange.",
    working: "Wird berechnet …",
    joining: "Sie werden angestellt …",
    failed: "Die Prüfung ist nicht gelungen. Nichts ist verloren: Drücken Sie den Knopf noch einmal.",
    needsScript: "In diese Schlange kommen Sie nur mit eingeschaltetem JavaScript.",
    needsScriptWhy: "Die Prüfung braucht es. Alles danach geht auch ohne.",
  },
  notInLine: {
    title: "Sie stehen noch nicht in der Schlange",
    lead: "Ein Klick genügt. Ihr Platz bleibt in diesem Browser; stellen Sie sich also mit dem Gerät an, mit dem Sie kaufen möchten.",
    join: "Anstellen",
    notOpen: "Die Schlange ist noch nicht offen.",
    over: "Dieser Verkauf ist vorbei, es gibt also nichts zu erwarten.",
    closed:
      "Dieser Verkauf ist eine Verlosung unter allen, die sich vor der Öffnung angemeldet haben. Eine Teilnahme ist nicht mehr möglich.",
    about: "Über {sale}",
  },
  invited: {
    title: "Eingeladen: {sale}",
    heading: "Sie sind eingeladen: {sale}",
    over: "Dieser Verkauf ist vorbei, eine Teilnahme ist nicht mehr möglich.",
    lead: "Sie dürfen hinein, bevor der Verkauf für alle öffnet. Die Reihenfolge der Eingeladenen wird ausgelost; früher zu kommen bringt also nichts.",
    opensIn: "Früher Zugang öffnet",
    join: "Mit dieser Einladung anstellen",
    note: "Der Link gilt für einen Platz, und zwar in dem Browser, der zuerst eintritt. Stellen Sie sich mit dem Gerät an, mit dem Sie kaufen möchten.",
  },
  inside: {
    title: "Drinnen: {sale}",
    heading: "Sie sind drinnen",
    lead: "Reservieren Sie, was Sie möchten, und bezahlen Sie dann. Was für Sie reserviert ist, kann Ihnen niemand in der Schlange nehmen.",
    draw: "Wie gelost wurde und wie Sie es nachprüfen",
    time: "Ihre Zeit drinnen",
    choose: "Bitte wählen Sie",
    noneFree: "Im Moment ist keines frei",
    hold: "Eines für {length} reservieren",
    limit: { one: "Eines pro Person.", other: "Höchstens {count} pro Person." },
    salePrice: "Aktionspreis",
    ordinaryPrice: "sonst",
  },
  sayings: {
    line_first: {
      title: "Zuerst kommt die Schlange",
      words: [
        "Dieses Stück gehört zu einem Verkauf. Stellen Sie sich an; wenn Sie dran sind, können Sie es reservieren.",
        "Falls Sie schon drinnen waren, ist Ihre Zeit dort vorbei.",
      ],
    },
    nothing_here: {
      title: "Hier ist nichts",
      words: ["Vielleicht ist die Adresse vertippt, oder das Stück ist nicht mehr im Laden."],
    },
    not_right_now: {
      title: "Gerade geht es nicht",
      words: [
        "Ein Teil des Ladens antwortet nicht. Meist dauert das nur Sekunden. Was Sie reserviert oder bezahlt haben, ist sicher.",
      ],
    },
    sold_out: {
      title: "Im Moment ist keines frei",
      words: [
        "Jedes Stück ist verkauft oder für jemanden reserviert, der gerade bezahlt. Läuft eine Reservierung ab, kommt das Stück zurück.",
        "Es wurde nichts abgebucht.",
      ],
    },
    limit_reached: {
      title: "Sie haben Ihren Anteil schon",
      words: [
        "Von diesem Stück gibt es pro Person nur eine bestimmte Anzahl, damit es mehr Menschen erreicht. Was Sie schon reserviert oder gekauft haben, zählt mit.",
      ],
    },
    ticket_invalid: {
      title: "Dieser Platz ist nicht Ihrer",
      words: [
        "Ein Platz gehört zu einem Browser und einem Verkauf. Stellen Sie sich hier an; ein Klick genügt.",
      ],
    },
    invitation_invalid: {
      title: "Diese Einladung ist nicht gültig",
      words: [
        "Sie gilt nicht für diesen Verkauf oder ist abgelaufen. Prüfen Sie, ob der ganze Link kopiert wurde. Sie können sich auch ohne Einladung anstellen.",
      ],
    },
    registration_closed: {
      title: "Die Anmeldung ist geschlossen",
      words: [
        "Dieser Verkauf ist eine Verlosung unter allen, die sich vor der Öffnung angemeldet haben. Eine Teilnahme ist nicht mehr möglich.",
      ],
    },
    challenge_required: {
      title: "Die Prüfung wurde nicht bestanden",
      words: [
        "Dieser Verkauf verlangt von jedem Browser eine kurze Prüfung, damit Roboter die Schlange nicht füllen. Dafür ist JavaScript nötig.",
        "Gehen Sie zurück zum Verkauf und drücken Sie den Knopf noch einmal.",
      ],
    },
    invalid_request: {
      title: "Das war nicht vollständig",
      words: [
        "In dem, was Ihr Browser geschickt hat, fehlte etwas. Gehen Sie zurück, wählen Sie neu, und drücken Sie den Knopf noch einmal.",
      ],
    },
    sale_not_open: {
      title: "Der Verkauf ist nicht offen",
      words: [
        "Er hat noch nicht begonnen oder ist angehalten. Nichts ist verloren: Ihr Platz in der Schlange zählt.",
      ],
    },
    sale_over: {
      title: "Dieser Verkauf ist vorbei",
      words: ["Seine Preise gibt es nicht mehr. Es wurde nichts abgebucht."],
    },
    slow_down: {
      title: "Einen Moment, bitte",
      words: [
        "Sehr viele Menschen sind gleichzeitig hier. Warten Sie einige Sekunden, gehen Sie dann zurück und versuchen Sie es noch einmal. Es wurde nichts reserviert und nichts abgebucht.",
      ],
    },
    hold_expired: {
      title: "Die Reservierung ist abgelaufen",
      words: [
        "Ihre Zeit ist vorbei, und das Stück steht wieder im Regal, damit andere es haben können. Es wurde nichts dafür abgebucht.",
      ],
    },
    hold_not_found: {
      title: "Diese Reservierung ist nicht hier",
      words: [
        "Eine Reservierung ist nur in dem Browser zu sehen, der sie gemacht hat. War es dieser, dann ist sie schon länger vorbei.",
      ],
    },
    order_not_found: {
      title: "Diese Bestellung ist nicht hier",
      words: [
        "Eine Bestellung ist in dem Browser zu sehen, der sie gemacht hat, oder über ihren eigenen Link.",
      ],
    },
    already_paid: {
      title: "Das ist schon bezahlt",
      words: ["Diese Bestellung ist bezahlt und kann hier nicht zurückgegeben werden."],
    },
    payment_unavailable: {
      title: "Die Bezahlung antwortet nicht",
      words: [
        "Ihr Stück bleibt reserviert. Versuchen Sie es gleich noch einmal; doppelt abgebucht werden kann nicht.",
      ],
    },
    cross_origin: {
      title: "Das kam von einer anderen Seite",
      words: ["Zu Ihrer Sicherheit geht das nur von den eigenen Seiten des Ladens aus."],
    },
    unforeseen: {
      title: "Das hat nicht geklappt",
      words: [
        "Der Fehler liegt bei uns und ist notiert. Es wurde nichts abgebucht. Gehen Sie zurück und versuchen Sie es noch einmal.",
      ],
    },
  },
  ways: {
    line: "Zur Schlange",
    sale: "Über den Verkauf",
    piece: "Zurück zum Stück",
    shelves: "Alle Stücke ansehen",
    start: "Zum Anfang",
  },
}
