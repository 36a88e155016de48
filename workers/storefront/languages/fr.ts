import type { Words } from "./words.ts"

export const fr: Words = {
  live: {
    phases: {
      scheduled: "Bientôt",
      waiting: "La file est ouverte",
      open: "Ouverte",
      paused: "En pause",
      sold_out_pending: "Tout est réservé",
      sold_out: "Épuisé",
      ended: "Terminée",
    },
    bands: { in_stock: "En stock", low: "Stock faible", last_few: "Dernières pièces", sold_out: "Épuisé" },
    people: { other: "{count}" },
    aboutPeople: { other: "Environ {count}" },
    ahead: "devant vous",
    peopleAhead: "{count} devant vous",
    aboutPeopleAhead: "environ {count} devant vous",
    between: " ",
    kept: "Vous pouvez fermer cet onglet, votre place est gardée dans ce navigateur.",
    placeKept: "votre place est gardée",
    draw: {
      figure: "Au tirage",
      with: {
        one: "avec {count} autre personne pour l’instant",
        other: "avec {count} autres pour l’instant",
      },
      first: "personne n’est arrivé avant vous",
      detail: "À l’ouverture, l’ordre est tiré au sort et chacun ici a la même chance.",
    },
    modes: {
      firstCome: {
        figure: "Dans la file",
        soFar: {
          one: "{count} personne dans la file pour l’instant",
          other: "{count} personnes dans la file pour l’instant",
        },
        detail: "À l’ouverture, on entre dans l’ordre d’arrivée.",
      },
      registered:
        "Le tirage n’a pas encore eu lieu. À l’ouverture, les gagnants sont tirés au sort et chacun ici a la même chance. Revenez à ce moment-là : un gagnant a quelques minutes pour entrer.",
      winnersTurn: {
        figure: "Tirage gagné",
        caption: "c’est à vous",
        detail:
          "Entrez sans trop attendre : vous avez quelques minutes, puis les suivants sont tirés au sort et les pièces ne vous attendent plus.",
      },
      draw: {
        not_yet: {
          figure: "Tirage en cours",
          caption: "les gagnants sont tirés au sort",
          detail: "Cela prend quelques secondes et cette page continue d’elle-même.",
        },
        drawn: {
          figure: "Tirage gagné",
          caption: "vous faites partie des gagnants",
          detail:
            "La porte laisse entrer les gagnants l’un après l’autre. Elle s’ouvrira bientôt pour vous, restez à proximité.",
        },
        may_be_drawn: {
          figure: "Pas encore",
          caption: "vous pouvez encore être tiré au sort",
          detail:
            "Quand des gagnants laissent passer leur tour, les suivants sont tirés au sort. Il se peut fort que cela n’arrive pas jusqu’à vous.",
        },
        too_late: {
          figure: "Trop tard",
          caption: "les inscriptions étaient déjà closes",
          detail:
            "Seules les personnes arrivées avant l’ouverture participent à ce tirage. Il n’y a rien à attendre ici.",
        },
      },
      invited: {
        figure: "Sur invitation",
        caption: "vous entrez avant les autres",
        detail:
          "L’accès anticipé commence avant l’ouverture de la vente. L’ordre des invités est tiré au sort, et ils entrent l’un après l’autre, selon les places.",
      },
    },
    turn: {
      figure: "À vous",
      caption: "la porte vous est ouverte",
      detail: "Entrez quand vous voulez. Votre temps à l’intérieur commence à l’entrée.",
      pending:
        "Toutes les pièces sont réservées par d’autres en ce moment. Certaines peuvent revenir ; à l’intérieur, vous le verrez d’abord.",
    },
    next: {
      figure: "Bientôt à vous",
      caption: "vous êtes à la porte",
      detail: "Elle s’ouvre pour vous dans un instant.",
    },
    inLine: { figure: "Dans la file", caption: "votre place est en cours de calcul" },
    roughly: "À peu près {range}.",
    range: {
      under: "moins d’une minute",
      minutes: { one: "{count} minute", other: "{count} minutes" },
      toMinutes: "{from} à {to} minutes",
      hours: { one: "{count} heure", other: "{count} heures" },
      toHours: "{from} à {to} heures",
    },
    pending:
      "Toutes les pièces en vue sont réservées par des personnes en train de payer. Si certaines reviennent, la file avance ; ce n’est pas certain.",
    spokenFor:
      "Les pièces en vue sont déjà promises : ceux qui sont devant vous les prendront très probablement toutes. Vous pouvez rester ; si certaines reviennent, vous le lirez ici.",
    cameBack: "Quelques pièces sont revenues et la file avance.",
    paused: {
      figure: "En pause",
      detail:
        "La boutique a arrêté la file un instant. Personne n’entre entre-temps, et votre place est gardée. Cette page reprend d’elle-même.",
    },
    soldOut: {
      figure: "Épuisé",
      caption: "toutes les pièces sont payées",
      detail:
        "Merci d’avoir attendu. Il n’y a plus rien à attendre dans cette vente, et l’attente ne vous a rien coûté.",
    },
    ended: {
      figure: "Terminée",
      caption: "la vente est fermée",
      detail: "Merci d’avoir attendu. Il n’y a plus rien à attendre dans cette vente.",
    },
    sentence: "{figure}, {caption}. {detail}",
    aheadSentence: "{figure} {caption}. {detail}",
    heard: "Dernières nouvelles de la porte à {time}.",
    silent: {
      away: "La porte ne répond pas.",
      stillAway: "La porte ne répond pas encore.",
      offline: "Cet appareil est hors ligne.",
      detail: "Votre place est gardée, et cette page continue d’essayer d’elle-même.",
    },
    full: "L’intérieur est plein. Vous entrez dès que quelqu’un sort. Votre place est gardée.",
    held: { lead: "Réservé pour vous", goOn: "continuer" },
  },
  layout: {
    skip: "Aller au contenu",
    main: "Navigation principale",
    more: "Plus",
    all: "Toutes les pièces",
    sales: "Ventes",
    promise:
      "Chaque pièce est comptée une fois : rien n’est vendu deux fois, et personne ne paie ce qui n’est plus là.",
    language: "Langue",
  },
  line: {
    title: "La file pour {sale}",
    drawIn: "Tirage dans",
    opensIn: "Ouverture dans",
    enter: "Entrer dans la vente",
    stillToBeHad: "Voir ce qu’il reste",
    you: "vous",
    waiting: "dans la file",
    served: "ont eu leur tour",
    pace: "entrent par minute",
    left: "Ce qu’il reste",
    draw: "Comment se fait le tirage, et comment le vérifier",
  },
  refusedEntry: {
    not_your_turn: {
      title: "Pas encore",
      detail:
        "Ce n’est pas encore le tour de votre place. Elle est gardée, et cette page continue d’elle-même.",
    },
    room_full: {
      title: "L’intérieur est plein",
      detail: "C’est à vous dès que quelqu’un sort. Votre place est gardée.",
    },
    try_again: {
      title: "La porte n’a pas répondu",
      detail: "Votre place est gardée. Veuillez réessayer dans un instant.",
    },
  },
  check: {
    label: "La vérification",
    proof_of_work:
      "Votre navigateur travaille d’abord une ou deux secondes. Cela tient les robots hors de la file.",
    turnstile: "Une courte vérification vient d’abord. Elle tient les robots hors de la file.",
    working: "Calcul en cours …",
    joining: "Entrée dans la file …",
    failed: "La vérification n’a pas abouti. Rien n’est perdu : appuyez encore une fois sur le bouton.",
    needsScript: "On n’entre dans cette file qu’avec JavaScript activé.",
    needsScriptWhy: "La vérification en a besoin. Tout le reste fonctionne sans.",
  },
  notInLine: {
    title: "Vous n’êtes pas encore dans la file",
    lead: "Il suffit d’un clic. Votre place est gardée dans ce navigateur : rejoignez la file avec l’appareil sur lequel vous voulez acheter.",
    join: "Rejoindre la file",
    notOpen: "La file n’est pas encore ouverte.",
    over: "Cette vente est terminée, il n’y a rien à attendre.",
    closed:
      "Cette vente est un tirage entre les personnes inscrites avant l’ouverture. Il n’est plus possible d’y participer.",
    about: "À propos de {sale}",
  },
  invited: {
    title: "Invitation : {sale}",
    heading: "Vous êtes sur invitation : {sale}",
    over: "Cette vente est terminée, il n’est plus possible d’y participer.",
    lead: "Vous pouvez entrer avant que la vente ouvre à tous. L’ordre des invités est tiré au sort : arriver plus tôt ne donne aucun avantage.",
    opensIn: "Ouverture de l’accès anticipé",
    join: "Participer avec cette invitation",
    note: "Le lien vaut pour une seule place, dans le navigateur qui entre le premier. Utilisez l’appareil avec lequel vous voulez acheter.",
  },
  inside: {
    title: "À l’intérieur : {sale}",
    heading: "Vous êtes à l’intérieur",
    lead: "Réservez ce que vous voulez, puis payez. Personne dans la file ne peut prendre ce que vous avez réservé.",
    draw: "Comment s’est fait le tirage, et comment le vérifier",
    time: "Votre temps à l’intérieur",
    choose: "Choisissez",
    noneFree: "Aucune n’est libre en ce moment",
    hold: "En réserver une pour {length}",
    limit: { one: "Une par client.", other: "{count} par client au plus." },
    salePrice: "Prix de vente",
    ordinaryPrice: "prix habituel",
  },
  sayings: {
    line_first: {
      title: "La file d’abord",
      words: [
        "Cette pièce fait partie d’une vente. Rejoignez sa file ; à votre tour, vous pourrez la réserver.",
        "Si vous étiez à l’intérieur, votre temps y est terminé.",
      ],
    },
    nothing_here: {
      title: "Il n’y a rien ici",
      words: ["L’adresse est peut-être mal écrite, ou la pièce a quitté la boutique."],
    },
    not_right_now: {
      title: "Pas pour l’instant",
      words: [
        "Une partie de la boutique ne répond pas. Cela dure en général quelques secondes. Ce que vous avez réservé ou payé est en sécurité.",
      ],
    },
    sold_out: {
      title: "Aucune n’est libre en ce moment",
      words: [
        "Chaque pièce est vendue, ou réservée par quelqu’un qui est en train de payer. Elles reviennent quand une réservation expire.",
        "Rien ne vous a été débité.",
      ],
    },
    limit_reached: {
      title: "Vous avez déjà votre part",
      words: [
        "Cette pièce est limitée par client, pour que plus de monde en profite. Ce que vous avez déjà réservé ou acheté compte.",
      ],
    },
    ticket_invalid: {
      title: "Cette place n’est pas la vôtre",
      words: [
        "Une place appartient à un navigateur et à une vente. Rejoignez la file ici ; il suffit d’un clic.",
      ],
    },
    invitation_invalid: {
      title: "Cette invitation n’est pas valable",
      words: [
        "Elle n’est pas pour cette vente, ou elle a expiré. Vérifiez que le lien a été copié en entier. Vous pouvez rejoindre la file sans elle.",
      ],
    },
    registration_closed: {
      title: "Les inscriptions sont closes",
      words: [
        "Cette vente est un tirage entre les personnes inscrites avant l’ouverture. Il n’est plus possible d’y participer.",
      ],
    },
    challenge_required: {
      title: "La vérification n’a pas abouti",
      words: [
        "Cette vente demande à chaque navigateur une courte vérification avant d’entrer dans la file, pour que des robots ne la remplissent pas. Elle a besoin de JavaScript.",
        "Revenez à la vente et appuyez encore une fois sur le bouton.",
      ],
    },
    invalid_request: {
      title: "Il manquait quelque chose",
      words: [
        "Il manquait quelque chose dans ce que votre navigateur a envoyé. Revenez en arrière, choisissez à nouveau et appuyez encore une fois.",
      ],
    },
    sale_not_open: {
      title: "La vente n’est pas ouverte",
      words: [
        "Elle n’a pas commencé, ou elle est en pause. Rien n’est perdu : votre place dans la file compte.",
      ],
    },
    sale_over: {
      title: "Cette vente est terminée",
      words: ["Ses prix ne sont plus proposés. Rien ne vous a été débité."],
    },
    slow_down: {
      title: "Un instant, s’il vous plaît",
      words: [
        "Il y a énormément de monde à la fois. Attendez quelques secondes, revenez en arrière et réessayez. Rien n’a été réservé ni débité.",
      ],
    },
    hold_expired: {
      title: "La réservation a expiré",
      words: [
        "Son temps est écoulé et la pièce est retournée en rayon, pour que quelqu’un d’autre puisse l’avoir. Rien ne vous a été débité.",
      ],
    },
    hold_not_found: {
      title: "Cette réservation n’est pas ici",
      words: [
        "Une réservation n’est visible que dans le navigateur qui l’a prise. Si c’était celui-ci, elle est terminée depuis un moment.",
      ],
    },
    order_not_found: {
      title: "Cette commande n’est pas ici",
      words: ["Une commande est visible dans le navigateur qui l’a passée, ou par son propre lien."],
    },
    already_paid: {
      title: "C’est déjà payé",
      words: ["Cette commande est payée et ne peut pas être rendue ici."],
    },
    payment_unavailable: {
      title: "Le paiement ne répond pas",
      words: [
        "Votre pièce reste réservée. Réessayez dans un instant ; vous ne pouvez pas être débité deux fois.",
      ],
    },
    cross_origin: {
      title: "Cela venait d’un autre site",
      words: ["Pour votre sécurité, cela ne peut se faire que depuis les pages de la boutique."],
    },
    unforeseen: {
      title: "Cela n’a pas fonctionné",
      words: [
        "L’erreur vient de nous et elle est notée. Rien ne vous a été débité. Revenez en arrière et réessayez.",
      ],
    },
  },
  ways: {
    line: "Aller à la file",
    sale: "À propos de la vente",
    piece: "Revenir à la pièce",
    shelves: "Voir toutes les pièces",
    start: "Vers l’accueil",
  },
}
