import type { Words } from "./words.ts"

export const es: Words = {
  live: {
    phases: {
      scheduled: "Próximamente",
      waiting: "La fila está abierta",
      open: "Abierta ahora",
      paused: "En pausa",
      sold_out_pending: "Todo está reservado",
      sold_out: "Agotado",
      ended: "Terminada",
    },
    bands: { in_stock: "Disponible", low: "Quedan pocas", last_few: "Últimas piezas", sold_out: "Agotado" },
    people: { other: "{count}" },
    aboutPeople: { other: "Unas {count}" },
    ahead: "personas delante de usted",
    peopleAhead: "{count} delante de usted",
    aboutPeopleAhead: "unas {count} personas delante de usted",
    between: " ",
    kept: "Puede cerrar esta pestaña: su lugar se guarda en este navegador.",
    placeKept: "su lugar está guardado",
    draw: {
      figure: "En el sorteo",
      with: { one: "con {count} persona más por ahora", other: "con {count} personas más por ahora" },
      first: "nadie ha llegado antes que usted",
      detail: "En la apertura se sortea el orden, y todos los que están aquí tienen la misma oportunidad.",
    },
    modes: {
      firstCome: {
        figure: "En la fila",
        soFar: {
          one: "{count} persona en la fila por ahora",
          other: "{count} personas en la fila por ahora",
        },
        detail: "En la apertura se entra por orden de llegada.",
      },
      registered:
        "Todavía no se ha sorteado. En la apertura se sortea quién gana, y todos los que están aquí tienen la misma oportunidad. Vuelva entonces: quien gana tiene unos minutos para entrar.",
      winnersTurn: {
        figure: "Le ha tocado",
        caption: "es su turno",
        detail:
          "Entre pronto: tiene unos minutos; después se sortea también a los siguientes y las piezas ya no le esperan.",
      },
      draw: {
        not_yet: {
          figure: "Sorteando",
          caption: "se está sorteando quién gana",
          detail: "Tarda unos segundos y esta página continúa sola.",
        },
        drawn: {
          figure: "Le ha tocado",
          caption: "está entre los ganadores",
          detail:
            "La puerta deja entrar a los ganadores de uno en uno. Pronto se abrirá para usted: no se aleje.",
        },
        may_be_drawn: {
          figure: "Aún no",
          caption: "todavía puede tocarle",
          detail:
            "Cuando algún ganador deja pasar su turno, se sortea a los siguientes. Es muy posible que no le llegue.",
        },
        too_late: {
          figure: "Demasiado tarde",
          caption: "la inscripción ya se había cerrado",
          detail:
            "En este sorteo solo participa quien llegó antes de la apertura. Aquí no queda nada que esperar.",
        },
      },
      invited: {
        figure: "Con invitación",
        caption: "entra antes que los demás",
        detail:
          "El acceso anticipado empieza antes de que abra la venta. Entre los invitados se sortea el orden, y van entrando según haya sitio.",
      },
    },
    turn: {
      figure: "Es su turno",
      caption: "la puerta está abierta para usted",
      detail: "Entre cuando quiera. Su tiempo dentro empieza al entrar.",
      pending:
        "En este momento otras personas tienen reservadas todas las piezas. Algunas pueden volver, y dentro lo verá antes.",
    },
    next: {
      figure: "Usted sigue",
      caption: "está junto a la puerta",
      detail: "Se abrirá para usted en un momento.",
    },
    inLine: { figure: "En la fila", caption: "estamos calculando su lugar" },
    roughly: "Aproximadamente {range}.",
    range: {
      under: "menos de un minuto",
      minutes: { one: "{count} minuto", other: "{count} minutos" },
      toMinutes: "de {from} a {to} minutos",
      hours: { one: "{count} hora", other: "{count} horas" },
      toHours: "de {from} a {to} horas",
    },
    pending:
      "Todas las piezas a la vista están reservadas por personas que están pagando. Si alguna vuelve, la fila avanza, pero puede que no ocurra.",
    spokenFor:
      "Las piezas a la vista ya tienen destino: lo más probable es que se las lleven quienes están delante de usted. Puede quedarse; si alguna vuelve, se lo diremos aquí.",
    cameBack: "Han vuelto algunas piezas y la fila avanza.",
    paused: {
      figure: "En pausa",
      detail:
        "La tienda ha detenido la fila un momento. Mientras tanto no entra nadie, y su lugar está guardado. Esta página sigue sola.",
    },
    soldOut: {
      figure: "Agotado",
      caption: "todas las piezas están pagadas",
      detail:
        "Gracias por esperar. En esta venta ya no queda nada que esperar, y la espera no le ha costado nada.",
    },
    ended: {
      figure: "Terminada",
      caption: "la venta ha cerrado",
      detail: "Gracias por esperar. En esta venta ya no queda nada que esperar.",
    },
    sentence: "{figure}, {caption}. {detail}",
    aheadSentence: "{figure} {caption}. {detail}",
    heard: "Última noticia de la puerta: {time}.",
    silent: {
      away: "La puerta no responde.",
      stillAway: "La puerta todavía no responde.",
      offline: "Este dispositivo no tiene conexión.",
      detail: "Su lugar está guardado, y esta página lo sigue intentando sola.",
    },
    full: "Dentro hay tantas personas como caben. Usted entrará en cuanto salga alguien. Su lugar está guardado.",
    held: { lead: "Reservado para usted", goOn: "continuar" },
  },
  layout: {
    skip: "Ir al contenido",
    main: "Principal",
    more: "Más",
    all: "Todas las piezas",
    sales: "Ventas",
    promise:
      "Cada pieza se cuenta una vez: nada se vende dos veces, y a nadie se le cobra lo que ya no está.",
    language: "Idioma",
  },
  line: {
    title: "La fila para {sale}",
    drawIn: "El sorteo es en",
    opensIn: "Abre en",
    enter: "Entrar en la venta",
    stillToBeHad: "Ver lo que todavía hay",
    you: "usted",
    waiting: "en la fila ahora",
    served: "ya tuvieron su turno",
    pace: "entran por minuto",
    left: "Lo que queda",
    draw: "Cómo se hace el sorteo y cómo comprobarlo",
  },
  refusedEntry: {
    not_your_turn: {
      title: "Todavía no",
      detail: "La puerta aún no ha llegado a su lugar. Está guardado, y esta página sigue sola.",
    },
    room_full: {
      title: "Dentro hay tantas personas como caben",
      detail: "El siguiente turno es suyo en cuanto salga alguien. Su lugar está guardado.",
    },
    try_again: {
      title: "La puerta no ha respondido",
      detail: "Su lugar está guardado. Inténtelo de nuevo en un momento.",
    },
  },
  check: {
    label: "La comprobación",
    proof_of_work: "Su navegador trabaja primero uno o dos segundos. Así los robots no llenan la fila.",
    turnstile: "Primero hay una breve comprobación. Así los robots no llenan la fila.",
    working: "Calculando …",
    joining: "Entrando en la fila …",
    failed: "La comprobación no salió bien. No se ha perdido nada: pulse el botón otra vez.",
    needsScript: "En esta fila solo se puede entrar con JavaScript activado.",
    needsScriptWhy: "La comprobación lo necesita. Todo lo demás funciona sin él.",
  },
  notInLine: {
    title: "Todavía no está en la fila",
    lead: "Basta con pulsar una vez. Su lugar se guarda en este navegador, así que póngase en la fila con el dispositivo con el que quiera comprar.",
    join: "Ponerme en la fila",
    notOpen: "La fila todavía no está abierta.",
    over: "Esta venta ha terminado y no queda nada que esperar.",
    closed:
      "Esta venta es un sorteo entre quienes se inscribieron antes de la apertura. Ya no es posible participar.",
    about: "Sobre {sale}",
  },
  invited: {
    title: "Invitación: {sale}",
    heading: "Tiene una invitación para {sale}",
    over: "Esta venta ha terminado y ya no es posible participar.",
    lead: "Puede entrar antes de que la venta abra para todos. Entre los invitados se sortea el orden, así que llegar antes no da ventaja.",
    opensIn: "El acceso anticipado abre",
    join: "Participar con esta invitación",
    note: "El enlace vale para un solo lugar, en el navegador que entre primero. Úselo en el dispositivo con el que quiera comprar.",
  },
  inside: {
    title: "Dentro: {sale}",
    heading: "Está dentro",
    lead: "Reserve lo que quiera y después pague. Nadie de la fila puede quitarle lo que ha reservado.",
    draw: "Cómo se hizo el sorteo y cómo comprobarlo",
    time: "Su tiempo dentro",
    choose: "Elija una",
    noneFree: "Ninguna libre en este momento",
    hold: "Reservar una durante {length}",
    limit: { one: "Una por cliente.", other: "{count} por cliente como máximo." },
    salePrice: "Precio de venta",
    ordinaryPrice: "precio habitual",
  },
  sayings: {
    line_first: {
      title: "Primero está la fila",
      words: [
        "Esta pieza forma parte de una venta. Póngase en su fila; cuando llegue su turno podrá reservarla.",
        "Si ya estuvo dentro, su tiempo allí ha terminado.",
      ],
    },
    nothing_here: {
      title: "Aquí no hay nada",
      words: ["Puede que la dirección esté mal escrita o que la pieza ya no esté en la tienda."],
    },
    not_right_now: {
      title: "Ahora mismo no es posible",
      words: [
        "Una parte de la tienda no responde. Suele durar segundos. Lo que tiene reservado o pagado está a salvo.",
      ],
    },
    sold_out: {
      title: "En este momento no hay ninguna libre",
      words: [
        "Todas las piezas están vendidas o reservadas por alguien que está pagando. Vuelven cuando una reserva caduca.",
        "No se le ha cobrado nada.",
      ],
    },
    limit_reached: {
      title: "Ya tiene su parte",
      words: [
        "Esta pieza está limitada por cliente, para que llegue a más personas. Cuenta lo que ya ha reservado o comprado.",
      ],
    },
    ticket_invalid: {
      title: "Este lugar en la fila no es suyo",
      words: [
        "Cada lugar pertenece a un navegador y a una venta. Póngase en la fila aquí; basta con pulsar una vez.",
      ],
    },
    invitation_invalid: {
      title: "Esta invitación no es válida",
      words: [
        "No es de esta venta o ha caducado. Compruebe que copió el enlace completo. Puede ponerse en la fila sin ella.",
      ],
    },
    registration_closed: {
      title: "La inscripción está cerrada",
      words: [
        "Esta venta es un sorteo entre quienes se inscribieron antes de la apertura. Ya no es posible participar.",
      ],
    },
    challenge_required: {
      title: "No se superó la comprobación",
      words: [
        "Esta venta pide a cada navegador una breve comprobación antes de entrar en la fila, para que los robots no la llenen. Necesita JavaScript.",
        "Vuelva a la venta y pulse el botón otra vez.",
      ],
    },
    invalid_request: {
      title: "Faltaba algo",
      words: [
        "Faltaba algo en lo que envió su navegador. Vuelva atrás, elija de nuevo y pulse el botón otra vez.",
      ],
    },
    sale_not_open: {
      title: "La venta no está abierta",
      words: ["Aún no ha empezado o está en pausa. No se pierde nada: su lugar en la fila cuenta."],
    },
    sale_over: {
      title: "Esta venta ha terminado",
      words: ["Sus precios ya no están disponibles. No se le ha cobrado nada."],
    },
    slow_down: {
      title: "Un momento, por favor",
      words: [
        "Hay muchísimas personas a la vez. Espere unos segundos, vuelva atrás e inténtelo de nuevo. No se ha reservado ni cobrado nada.",
      ],
    },
    hold_expired: {
      title: "La reserva ha caducado",
      words: [
        "Su tiempo terminó y la pieza volvió al estante, para que otra persona pueda tenerla. No se le ha cobrado nada.",
      ],
    },
    hold_not_found: {
      title: "Esta reserva no está aquí",
      words: ["Una reserva solo se ve en el navegador que la hizo. Si fue este, hace tiempo que terminó."],
    },
    order_not_found: {
      title: "Este pedido no está aquí",
      words: ["Un pedido se ve en el navegador que lo hizo o desde su propio enlace."],
    },
    already_paid: {
      title: "Ya está pagado",
      words: ["Este pedido está pagado, así que aquí no se puede devolver."],
    },
    payment_unavailable: {
      title: "El pago no responde",
      words: ["Su pieza sigue reservada. Inténtelo de nuevo en un momento; no se le puede cobrar dos veces."],
    },
    cross_origin: {
      title: "Eso venía de otro sitio",
      words: ["Por su seguridad, esto solo se puede hacer desde las páginas de la tienda."],
    },
    unforeseen: {
      title: "No ha funcionado",
      words: [
        "El fallo es nuestro y ha quedado anotado. No se le ha cobrado nada. Vuelva atrás e inténtelo otra vez.",
      ],
    },
  },
  ways: {
    line: "Ir a la fila",
    sale: "Sobre la venta",
    piece: "Volver a la pieza",
    shelves: "Ver todas las piezas",
    start: "Al inicio",
  },
}
