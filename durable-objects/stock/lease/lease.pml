/*
 * The lease protocol of docs/decisions/017-stock-lanes.md as root-link.ts, lane-links.ts and the ledgers carry it out,
 * small enough for Spin to try every order of its steps.
 *
 * One pool of one SKU: a root, LANES lanes, UNITS units. Each `atomic` is one turn of one party: it reads a message or
 * an occasion, decides, writes its rows, and sends what it has to say. What is declared as rows outlives a crash; what
 * is declared as memory does not. docs/lease-model.md tells what is checked, what is left out, and how to read a trail.
 */

/* The sizes. Every run is finite, because whatever makes the numbers grow is counted here. */
#ifndef LANES
#define LANES 2      /* 2 or 3: two lanes can compete, three can hide a unit from two that do */
#endif
#ifndef UNITS
#define UNITS 1      /* `received` */
#endif
#ifndef HOLDS
#define HOLDS 2      /* holds that shoppers ask for while faults happen; one more comes after them */
#endif
#ifndef LATE
#define LATE 0       /* payments that come when their hold has ended */
#endif
#ifndef FAULTS
#define FAULTS 2     /* messages lost, late or doubled, calls given up early, crashes: all together */
#endif
#ifndef AHEAD
#define AHEAD 0      /* questions of lanes for which nobody waits: asking before it is dry */
#endif
#ifndef TERMS
#define TERMS 1      /* last version of the pool's terms: 1 is open, 2 paused, 3 open again */
#endif
#ifndef CLOSES
#define CLOSES 0     /* 1: with the last version the pool is closed, for good */
#endif
#ifndef TELLING
#define TELLING 1    /* 0: a lane tells nothing by itself while its pool is open, so what the root knows is older */
#endif
#ifndef WAITING
#define WAITING 1    /* shoppers who may wait in one lane at once: 1 or 2 */
#endif
#ifndef QUESTIONS
#define QUESTIONS 2  /* QUESTIONS_MAX of root-link.ts */
#endif
#ifndef RECALLS
#define RECALLS 2    /* RECALLS_MAX of lane-links.ts */
#endif

#if LANES == 2
#define SUM(term) (term(0) + term(1))
#define EVERY(claim) (claim(0) && claim(1))
#define SOME(claim) (claim(0) || claim(1))
#else
#define SUM(term) (term(0) + term(1) + term(2))
#define EVERY(claim) (claim(0) && claim(1) && claim(2))
#define SOME(claim) (claim(0) || claim(1) || claim(2))
#endif

#define IS_CLOSED(version) (CLOSES && (version) == TERMS)
#define ON_SALE(version) ((version) % 2 == 1 && !IS_CLOSED(version))

/* ---- What each party keeps ---- */

/* The root's rows: the pool's own, and what it knows of each lane. Once the pool is closed `available` is the open one's. */
byte available = UNITS;
byte terms = 1;
typedef Leased { byte granted; byte takenBack; byte inUse; byte heard; byte version };
Leased leased[LANES];

/*
 * The root's memory: the questions that it works on, for each lane the one that the lane waits for, and after those one
 * to which nobody listens; and whether a recall is under way. Reports wait in their channels until all are there.
 */
mtype = { no, waits, shares, recalledAll, recalledSome };  /* a question waits for the next recall, or has had its own */
typedef Question { mtype phase; byte holds; byte late; byte recalls };
Question asked[2 * LANES];
bit recalling;

/* A lane's rows, and how many of its holds' times are up: it has not noticed before it looks. */
typedef Kept { byte accepted; byte returned; byte available; byte held; byte sold; byte freed; byte heard; byte due };
Kept lane[LANES];

/* A lane's memory: who waits, and whether a question is under way. */
mtype = { nobody, comes, asks, hears };  /* a shopper who waits shares the next question, or shares the one under way */
typedef Waiter { mtype phase; bit late; byte questions; byte left };
typedef Line { Waiter at[2]; bit question; bit untold };
Line line[LANES];

/* ---- The network: each call's question and answer, and old copies of questions that come whenever they like ---- */

/* What an answer to `lease` says beside the root's standing. */
mtype = { unknown, enough, short_, unsure };

chan leases[LANES] = [1] of { byte, byte, byte, byte, byte, byte };  /* returned, inUse, heard, version, holds, late */
chan grants[LANES] = [1] of { byte, byte, byte, mtype };             /* granted, takenBack, terms, verdict */
chan recalls[LANES] = [1] of { byte, byte };                         /* granted, terms */
chan reports[LANES] = [1] of { byte, byte, byte, byte };             /* returned, inUse, heard, version */
chan lateLeases[LANES] = [1] of { byte, byte, byte, byte, byte, byte };
chan lateRecalls[LANES] = [1] of { byte, byte };

/* ---- The observer's own variables: no party reads them to decide ---- */

bit calm;            /* no more faults */
bit lastAsked;       /* the shopper who comes when it is calm, and nobody else asks, has come */
byte faults, holds, lates, ahead;

#define IN_USE(i) (lane[i].held + lane[i].sold)
#define TAKEN(i) (IN_USE(i) - lane[i].due)
#define FREE (UNITS - SUM(TAKEN))
#define ON_WAY_OUT(i) (leased[i].granted - lane[i].accepted)
#define ON_WAY_BACK(i) (lane[i].returned - leased[i].takenBack)
#define IN_LANE(i) (lane[i].available + IN_USE(i))
#define OUT(i) (leased[i].granted - leased[i].takenBack)
#define SOLD(i) (lane[i].sold)
#define LANE_IS_SOUND(i) ( \
  lane[i].accepted <= leased[i].granted && leased[i].takenBack <= lane[i].returned && \
  IN_LANE(i) == lane[i].accepted - lane[i].returned && lane[i].available <= UNITS && IN_USE(i) <= UNITS && \
  lane[i].due <= lane[i].held && leased[i].takenBack + leased[i].inUse <= leased[i].granted)
#define KNOWS_TERMS(i) (leased[i].heard <= lane[i].heard && lane[i].heard <= terms)

/* No unit is made and none is lost, and no side's terms grow older. Stands at the end of every turn. */
inline check() {
  assert(EVERY(LANE_IS_SOUND));
  assert(available <= UNITS && available + SUM(OUT) == UNITS && SUM(SOLD) <= UNITS);
  assert(available + SUM(ON_WAY_OUT) + SUM(IN_LANE) + SUM(ON_WAY_BACK) == UNITS);
  assert(EVERY(KNOWS_TERMS))
}

/*
 * `left`: of the units that were free when a shopper came, those that nobody can have taken since. Units that become
 * free meanwhile do not count. STRICT: there was no moment yet at which no unit was free.
 */
#ifdef STRICT
#define NOTED(waiter) waiter.left = (FREE == 0 -> 0 : waiter.left)
#define LEFT_AT_FIRST (FREE > 0)
#else
#define NOTED(waiter) waiter.left = (waiter.left > 0 -> waiter.left - 1 : 0)
#define LEFT_AT_FIRST FREE
#endif
inline noteTaken() {
  NOTED(line[0].at[0]);
  NOTED(line[0].at[1]);
  NOTED(line[1].at[0]);
  NOTED(line[1].at[1]);
#if LANES == 3
  NOTED(line[2].at[0]);
  NOTED(line[2].at[1]);
#endif
}

/* ---- What the root decides ---- */

/* Units that a lane can sell, by its newest report: those under way to it included. */
#ifdef BUG_HELD_COUNTS_AS_FREE
#define FREE_OF(i) (leased[i].granted - leased[i].takenBack)
#else
#define FREE_OF(i) (leased[i].granted - leased[i].takenBack - leased[i].inUse)
#endif
#ifdef BUG_NO_LOOK_ELSEWHERE
#define ELSEWHERE(i) 0
#else
#define ELSEWHERE(i) (SUM(FREE_OF) - FREE_OF(i))
#endif
#define WANTED(k) (IS_CLOSED(terms) -> asked[k].late : asked[k].holds + asked[k].late)
#define WAITS(i) (asked[i].phase == waits || asked[LANES + i].phase == waits)
#define IS_BEHIND(i) (leased[i].heard < terms)
#ifdef BUG_ALARM_FORGETS_FREE_UNITS
#define IS_DUE(i) IS_BEHIND(i)
#else
#define IS_DUE(i) (IS_BEHIND(i) || (IS_CLOSED(terms) && FREE_OF(i) > 0))
#endif
/* The alarm may ring at any moment; but it rings every few seconds, so that one question alone is answered in between. */
#define IS_ANSWERED(i) (!line[i].question)
/* It has answered the recall, or will not. */
#define IS_DONE(i) (len(reports[i]) > 0 || len(recalls[i]) == 0)

#ifdef BUG_OLDER_REPORT
#define IS_NEWER(i) true
#else
#define IS_NEWER(i) (version > leased[i].version)
#endif

inline takeInReport(i) {
  if
  :: IS_NEWER(i) ->
#ifdef BUG_RETURNED_IS_A_DIFFERENCE
    available = available + returned;
    leased[i].takenBack = leased[i].takenBack + returned;
#else
    available = available + returned - leased[i].takenBack;
    leased[i].takenBack = returned;
#endif
    leased[i].inUse = inUse;
    leased[i].heard = heard;
    leased[i].version = version
  :: else
  fi
}

inline forgetQuestion(k) {
  asked[k].phase = no;
  asked[k].holds = 0;
  asked[k].late = 0;
  asked[k].recalls = 0
}

/*
 * Grants what is missing or as much of it as there is; the lane's share of what is left may be more. Then it is enough,
 * or a recall must bring more, or the root has looked everywhere, or it does not know.
 */
inline decideQuestion(to, k) {
  wanted = WANTED(k);
  missing = (wanted > FREE_OF(to) -> wanted - FREE_OF(to) : 0);
  isShort = missing > available;
  if
  :: isShort -> units = available
  :: !isShort -> units = missing
  :: wanted > 0 && missing < available && !IS_CLOSED(terms) -> units = missing + 1
  fi;
  leased[to].granted = leased[to].granted + units;
  available = available - units;
  verdict = unknown;
  if
  :: !isShort -> verdict = enough
#ifdef BUG_NO_RECALL
  :: isShort -> verdict = short_
#else
  :: isShort && asked[k].phase == no ->
#ifdef BUG_SHARES_THE_RECALL_UNDER_WAY
    asked[k].phase = (recalling -> shares : waits)
#else
    asked[k].phase = waits
#endif
  :: isShort && asked[k].phase == recalledSome -> verdict = unsure
  :: isShort && asked[k].phase == recalledAll && ELSEWHERE(to) == 0 -> verdict = short_
  :: isShort && asked[k].phase == recalledAll && ELSEWHERE(to) > 0 ->
    asked[k].recalls++;
    asked[k].phase = waits;
    if
    :: asked[k].recalls == RECALLS -> verdict = unsure
    :: else
    fi
#endif
  fi;
  if
  :: verdict != unknown && k < LANES -> grants[to]!leased[to].granted, leased[to].takenBack, terms, verdict; forgetQuestion(k)
  :: verdict != unknown && k >= LANES -> forgetQuestion(k)
  :: verdict == unknown
  fi;
  verdict = 0; wanted = 0; missing = 0; isShort = 0; units = 0
}

/* The root's dealings with one lane. */
proctype RootToward(byte i) {
  byte k, returned, inUse, heard, version, wanted, missing, units;
  bit isShort;
  mtype verdict;
end:
  do
  :: atomic {
    if
    /* A question comes. What there is, is granted at once; what is missing is recalled first. */
    :: leases[i]?returned, inUse, heard, version, asked[i].holds, asked[i].late ->
      k = i;
      takeInReport(i)
    /* An old question comes late. The root cannot tell it from a new one; only the answer is for nobody. */
    :: asked[LANES + i].phase == no && nempty(lateLeases[i]) ->
      k = LANES + i;
      lateLeases[i]?returned, inUse, heard, version, asked[k].holds, asked[k].late;
      takeInReport(i)
    /* The recall that a question shared is over. Others may have been granted meanwhile what it brought. */
    :: asked[i].phase == recalledAll || asked[i].phase == recalledSome -> k = i
    :: asked[LANES + i].phase == recalledAll || asked[LANES + i].phase == recalledSome -> k = LANES + i
    fi;
    returned = 0; inUse = 0; heard = 0; version = 0;
    decideQuestion(i, k);
    k = 0;
    check()
  }
  od
}

/* What the root does towards all lanes. */
proctype Root() {
  byte i, returned, inUse, heard, version;
  bit allAnswered;
end:
  do
  /* A recall begins: of every lane, because questions wait for it, or because its time has come. */
  :: atomic {
#ifdef BUG_NO_ALARM
    !recalling && SOME(WAITS) ->
#else
    !recalling && (SOME(WAITS) || (SOME(IS_DUE) && (!lastAsked || EVERY(IS_ANSWERED)))) ->
#endif
    recalling = 1;
    for (i : 0 .. LANES - 1) {
      recalls[i]!leased[i].granted, terms
    };
    for (i : 0 .. 2 * LANES - 1) {
      if
      :: asked[i].phase == waits -> asked[i].phase = shares
      :: else
      fi
    };
    i = 0
  }
  /* All lanes have answered, or will not: what they said is taken in together. */
  :: atomic {
    recalling && EVERY(IS_DONE) ->
    allAnswered = 1;
    for (i : 0 .. LANES - 1) {
      if
      :: nempty(reports[i]) ->
        reports[i]?returned, inUse, heard, version;
        takeInReport(i);
        returned = 0; inUse = 0; heard = 0; version = 0
#ifdef BUG_SILENCE_IS_AN_ANSWER
      :: empty(reports[i])
#else
      :: empty(reports[i]) -> allAnswered = 0
#endif
      fi
    };
    for (i : 0 .. 2 * LANES - 1) {
      if
      :: asked[i].phase == shares -> asked[i].phase = (allAnswered -> recalledAll : recalledSome)
      :: else
      fi
    };
    i = 0; allAnswered = 0; recalling = 0;
    check()
  }
  /* The merchant pauses, opens or closes the pool. */
  :: atomic { !calm && terms < TERMS -> terms++ }
  /* A crash. Who asked and who was recalled is forgotten, and with it what was not yet sent. */
  :: atomic {
    !calm && faults < FAULTS ->
    faults++;
    recalling = 0;
    for (i : 0 .. LANES - 1) {
      if
      :: nempty(grants[i]) -> grants[i]?_, _, _, _
      :: true
      fi;
      if
      :: nempty(recalls[i]) && nfull(lateRecalls[i]) -> recalls[i]?returned, inUse; lateRecalls[i]!returned, inUse
      :: nempty(recalls[i]) -> recalls[i]?_, _
      :: empty(recalls[i])
      fi;
      returned = 0; inUse = 0;
      if
      :: nempty(reports[i]) -> reports[i]?_, _, _, _
      :: empty(reports[i])
      fi
    };
    for (i : 0 .. 2 * LANES - 1) {
      forgetQuestion(i)
    };
    i = 0;
    available = UNITS - SUM(OUT);
    check()
  }
  od
}

/* ---- What a lane decides ---- */

/* A report's version: it grows with whatever changes what the report says. */
#define VERSION(i) ( \
  lane[i].accepted + lane[i].returned + lane[i].heard + lane[i].held + 2 * lane[i].sold + 2 * lane[i].freed)

#define SOMEBODY(i, what) (line[i].at[0].phase == what || line[i].at[1].phase == what)

/* Every change is to be told. */
#ifdef BUG_NO_TELLING
#define CHANGED(i) skip
#else
#define CHANGED(i) line[i].untold = TELLING || IS_CLOSED(lane[i].heard)
#endif

inline takeInGrant(i) {
  if
#ifdef BUG_GRANT_IS_A_DIFFERENCE
  :: granted > 0 ->
    lane[i].available = lane[i].available + granted;
    lane[i].accepted = lane[i].accepted + granted
#else
  :: granted > lane[i].accepted ->
    lane[i].available = lane[i].available + granted - lane[i].accepted;
    lane[i].accepted = granted;
    CHANGED(i)
#endif
  :: else
  fi;
  if
#ifdef BUG_OLDER_TERMS
  :: version != lane[i].heard ->
#else
  :: version > lane[i].heard ->
#endif
    lane[i].heard = version;
    CHANGED(i)
  :: else
  fi
}

inline giveBack(i) {
  if
  :: lane[i].available > 0 ->
    lane[i].returned = lane[i].returned + lane[i].available;
    lane[i].available = 0;
    CHANGED(i)
  :: else
  fi
}

/* Ends the holds whose time is up. In a closed pool their units go back at once, and no others: see `moveOnIfClosed`. */
inline endDue(i) {
  if
  :: lane[i].due > 0 ->
    lane[i].held = lane[i].held - lane[i].due;
    lane[i].freed = lane[i].freed + lane[i].due;
    lane[i].available = lane[i].available + lane[i].due;
    CHANGED(i);
    if
    :: IS_CLOSED(lane[i].heard) ->
#ifdef BUG_GIVES_BACK_WHAT_WAS_GRANTED
      giveBack(i)
#else
      lane[i].returned = lane[i].returned + lane[i].due;
      lane[i].available = lane[i].available - lane[i].due
#endif
    :: else
    fi;
    lane[i].due = 0
  :: else
  fi
}

inline leave(i, w) {
  line[i].at[w].phase = nobody;
  line[i].at[w].late = 0;
  line[i].at[w].questions = 0;
  line[i].at[w].left = 0
}

inline holdUnit(i) {
  lane[i].available--;
  lane[i].held++;
  CHANGED(i);
  noteTaken()
}

inline sellUnit(i) {
  lane[i].available--;
  lane[i].sold++;
  CHANGED(i);
  noteTaken()
}

/* `overloaded`: try again. Who asks when it is calm and nobody else does is never told so. */
inline sendAway(i, w) {
  leave(i, w);
  assert(!lastAsked)
}

/* Whose question was answered decides once more, with what the answer brought. */
inline decideAgain(i, w) {
  if
  :: line[i].at[w].phase != hears
  :: line[i].at[w].phase == hears ->
    endDue(i);
    if
    :: !line[i].at[w].late && !ON_SALE(lane[i].heard) -> leave(i, w)  /* `not_open` */
    :: lane[i].available > 0 && line[i].at[w].late -> sellUnit(i); leave(i, w)
    :: lane[i].available > 0 && !line[i].at[w].late && ON_SALE(lane[i].heard) -> holdUnit(i); leave(i, w)
    :: lane[i].available == 0 && (line[i].at[w].late || ON_SALE(lane[i].heard)) ->
      if
      :: isLastWord -> assert(line[i].at[w].left == 0); leave(i, w)  /* `sold_out`, or `gone` */
      :: !isLastWord && verdict == unsure -> sendAway(i, w)
      :: !isLastWord && verdict != unsure ->
        line[i].at[w].questions++;
        if
        :: line[i].at[w].questions == QUESTIONS -> sendAway(i, w)
        :: else -> line[i].at[w].phase = comes
        fi
      fi
    fi
  fi
}

inline countIn(i, w) {
  if
  :: line[i].at[w].phase == comes ->
    line[i].at[w].phase = asks;
    if
    :: line[i].at[w].late -> wantLate++
    :: else -> wantHolds++
    fi
  :: else
  fi
}

/* One question for all who wait. Its report is made now. */
inline ask(i) {
  endDue(i);
  for (w : 0 .. 1) {
    countIn(i, w)
  };
  w = 0;
  leases[i]!lane[i].returned, IN_USE(i), lane[i].heard, VERSION(i), wantHolds, wantLate;
  wantHolds = 0; wantLate = 0;
  line[i].question = 1;
  line[i].untold = 0
}

inline endQuestion(i) {
  line[i].question = 0
}

inline sendAwayWhoAsked(i) {
  CHANGED(i);
  for (w : 0 .. 1) {
    if
    :: line[i].at[w].phase == asks -> sendAway(i, w)
    :: else
    fi
  };
  w = 0;
  endQuestion(i)
}

/* The root works on, and nobody listens. */
inline orphan(i) {
  if
  :: asked[i].phase != no ->
    asked[LANES + i].phase = asked[i].phase;
    asked[LANES + i].holds = asked[i].holds;
    asked[LANES + i].late = asked[i].late;
    asked[LANES + i].recalls = asked[i].recalls;
    forgetQuestion(i)
  :: else
  fi
}

/* The rows stay, and everything else is worked out from them. */
inline restart(i) {
#ifdef BUG_RETURNED_IS_FORGOTTEN
  lane[i].returned = 0;
#endif
  lane[i].available = lane[i].accepted - lane[i].returned - lane[i].held - lane[i].sold;
  for (w : 0 .. 1) {
    leave(i, w)
  };
  w = 0;
  endQuestion(i);
  CHANGED(i);
  orphan(i)
}

/* Everything that nobody holds goes back; who waits finds out. */
inline answerRecall(i) {
#ifndef BUG_DUE_HOLDS_STAY
  endDue(i);
#endif
  takeInGrant(i);
  giveBack(i)
}

/* What a recall took since, the root still counted as the lane's when it answered. */
#ifdef BUG_RECALL_GOES_UNNOTICED
#define KNOWS_WHAT_WENT_BACK(i) true
#else
#define KNOWS_WHAT_WENT_BACK(i) (lane[i].returned <= known)
#endif

#define IS_FREE_TO_ASK(i) (!line[i].question && asked[i].phase == no)

proctype Lane(byte i) {
  byte w, granted, known, version, wantHolds, wantLate, first, second, third, fourth, fifth, sixth;
  bit isLastWord, isHeard;
  mtype verdict;
end:
  do
  /* One question at a time: for all who wait, or before the lane is dry, or to tell what the root may not know. */
  :: atomic {
    if
    :: IS_FREE_TO_ASK(i) && SOMEBODY(i, comes)
    :: !calm && ahead < AHEAD && IS_FREE_TO_ASK(i) && ON_SALE(lane[i].heard) -> ahead++; wantHolds = 1
    :: IS_FREE_TO_ASK(i) && !SOMEBODY(i, comes) && line[i].untold
    fi;
    /* A report of a closed pool gives back what is free. Where somebody waits nothing is: see the answer. */
    if
    :: IS_CLOSED(lane[i].heard) -> giveBack(i)
    :: else
    fi;
    ask(i);
    check()
  }
  /* The answer. Who shares the next question has begun it before this one's grant is taken over. */
  :: atomic {
    grants[i]?granted, known, version, verdict ->
    for (w : 0 .. 1) {
      if
      :: line[i].at[w].phase == asks -> line[i].at[w].phase = hears
      :: else
      fi
    };
    w = 0;
    endQuestion(i);
    if
    :: SOMEBODY(i, comes) -> ask(i)
    :: else
    fi;
    takeInGrant(i);
    isLastWord = verdict == short_ && KNOWS_WHAT_WENT_BACK(i);
    for (w : 0 .. 1) {
      decideAgain(i, w)
    };
    w = 0;
    granted = 0; known = 0; version = 0; verdict = 0; isLastWord = 0;
    check()
  }
  /* No answer will come. */
  :: atomic {
    line[i].question && asked[i].phase == no && empty(leases[i]) && empty(grants[i]) ->
    sendAwayWhoAsked(i)
  }
  /* A recall, and one that comes late: the lane cannot tell; only the answer is for nobody. */
  :: atomic {
    if
    :: recalls[i]?granted, version -> isHeard = 1
    :: lateRecalls[i]?granted, version
    fi;
#ifdef BUG_ANSWER_BEFORE_DURABLE
    first = lane[i].returned;
#endif
    answerRecall(i);
    if
    :: isHeard -> reports[i]!lane[i].returned, IN_USE(i), lane[i].heard, VERSION(i)
    :: else
    fi;
#ifdef BUG_ANSWER_BEFORE_DURABLE
    if
    :: !calm && faults < FAULTS && asked[LANES + i].phase == no -> faults++; lane[i].returned = first; restart(i)
    :: true
    fi;
#endif
    first = 0; isHeard = 0; granted = 0; version = 0;
    check()
  }
  /* The lane gives up before the root has answered. */
  :: atomic {
    !calm && faults < FAULTS && line[i].question && asked[i].phase != no && asked[LANES + i].phase == no ->
    faults++;
    sendAwayWhoAsked(i);
    orphan(i)
  }
  /* A crash. A report that was not yet sent is gone; a question may come when nobody waits for its answer. */
  :: atomic {
    !calm && faults < FAULTS && asked[LANES + i].phase == no ->
    faults++;
    if
    :: nempty(reports[i]) -> reports[i]?_, _, _, _
    :: true
    fi;
    if
    :: nempty(leases[i]) && nfull(lateLeases[i]) ->
      leases[i]?first, second, third, fourth, fifth, sixth;
      lateLeases[i]!first, second, third, fourth, fifth, sixth;
      first = 0; second = 0; third = 0; fourth = 0; fifth = 0; sixth = 0
    :: nempty(leases[i]) -> leases[i]?_, _, _, _, _, _
    :: empty(leases[i])
    fi;
    if
    :: nempty(grants[i]) -> grants[i]?_, _, _, _
    :: empty(grants[i])
    fi;
    restart(i);
    check()
  }
  od
}

/* ---- The world around them ---- */

#define IS_QUIET(i) ( \
  !SOMEBODY(i, comes) && !line[i].question && asked[i].phase == no && asked[LANES + i].phase == no && \
  len(lateLeases[i]) == 0 && len(lateRecalls[i]) == 0)
#define HAS_ROOM(i, w) (line[i].at[w].phase == nobody)

inline comeToWait(i, w, isLate) {
  line[i].at[w].late = isLate;
  line[i].at[w].left = LEFT_AT_FIRST;
#ifdef BUG_LATE_HOLD_SHARES_THE_ANSWER
  line[i].at[w].phase = (line[i].question -> asks : comes)
#else
  line[i].at[w].phase = comes
#endif
}

#define ROOM(i) (HAS_ROOM(i, 0) || (WAITING == 2 && HAS_ROOM(i, 1)))
inline wait(i, isLate) {
  if
  :: HAS_ROOM(i, 0) -> comeToWait(i, 0, isLate)
  :: !HAS_ROOM(i, 0) -> comeToWait(i, 1, isLate)
  fi
}

#define MAY_BE_LAST (!lastAsked && !recalling && EVERY(IS_QUIET))

proctype Shoppers(byte i) {
  bit isLate;
end:
  do
  :: atomic {
    if
    /* Somebody asks for a unit; when it is calm, and nobody else asks, one more does, at whichever lane. */
    :: ON_SALE(lane[i].heard) && ROOM(i) && (calm -> MAY_BE_LAST : holds < HOLDS) ->
      if
      :: calm -> lastAsked = 1
      :: else -> holds++
      fi
    /* Somebody pays whose hold has ended. */
    :: lane[i].freed + lane[i].due > 0 && lates < LATE && ROOM(i) && (!calm || MAY_BE_LAST) ->
      isLate = 1;
      lates++;
      lastAsked = calm || lastAsked
    fi;
    endDue(i);
    if
    :: lane[i].available == 0 -> wait(i, isLate)
    :: lane[i].available > 0 && isLate -> sellUnit(i)
    :: lane[i].available > 0 && !isLate -> holdUnit(i)
    fi;
    isLate = 0;
    check()
  }
  /* A hold's time is up, and its unit free, whether the lane has noticed or not. */
  :: atomic { lane[i].held > lane[i].due -> lane[i].due++ }
  /* A hold is bought; or the lane's alarm rings. */
  :: atomic {
    if
    :: lane[i].held > lane[i].due -> lane[i].held--; lane[i].sold++; CHANGED(i)
    :: lane[i].due > 0
    fi;
    endDue(i);
    check()
  }
  od
}

/* What goes wrong: a question is lost; it comes when nobody listens any more; a copy of it comes later. */
proctype Network(byte i) {
  byte first, second, third, fourth, fifth, sixth;
end:
  do
  :: atomic {
    !calm && faults < FAULTS && nempty(leases[i]) ->
    faults++;
    if
    :: leases[i]?_, _, _, _, _, _
    :: nfull(lateLeases[i]) ->
      leases[i]?<first, second, third, fourth, fifth, sixth>;
      lateLeases[i]!first, second, third, fourth, fifth, sixth;
      first = 0; second = 0; third = 0; fourth = 0; fifth = 0; sixth = 0;
      if
      :: leases[i]?_, _, _, _, _, _
      :: true
      fi
    fi
  }
  :: atomic {
    !calm && faults < FAULTS && nempty(recalls[i]) ->
    faults++;
    if
    :: recalls[i]?_, _
    :: nfull(lateRecalls[i]) ->
      recalls[i]?<first, second>;
      lateRecalls[i]!first, second;
      first = 0; second = 0;
      if
      :: recalls[i]?_, _
      :: true
      fi
    fi
  }
  /* An answer is lost, or comes when nobody listens any more, which is the same. */
  :: atomic { !calm && faults < FAULTS && nempty(grants[i]) -> faults++; grants[i]?_, _, _, _ }
  :: atomic { !calm && faults < FAULTS && nempty(reports[i]) -> faults++; reports[i]?_, _, _, _ }
  od
}

/* The faults end at some moment, whichever it is. When nobody can do anything any more, all must be well. */
proctype Judge() {
  calm = 1;
  timeout ->
  assert(EVERY(IS_QUIET) && !recalling);
  assert(!ON_SALE(terms) || lastAsked);
  assert(!IS_CLOSED(terms) || available + SUM(SOLD) == UNITS)
}

init {
  atomic {
    byte i;
    for (i : 0 .. LANES - 1) {
      lane[i].heard = 1;
      leased[i].heard = 1;
      leased[i].version = 1;
      asked[i].phase = no;
      asked[LANES + i].phase = no;
      line[i].at[0].phase = nobody;
      line[i].at[1].phase = nobody;
      run RootToward(i);
      run Lane(i);
      run Shoppers(i);
      run Network(i)
    };
    i = 0;
#ifdef STARTED
    /* In the middle of a sale: the second lane's unit is held, the third lane's is free, and somebody asks the first. */
    for (i : 1 .. 2) {
      leased[i].granted = 1;
      lane[i].accepted = 1;
      available--
    };
    i = 0;
    lane[1].held = 1;
    lane[2].available = 1;
    comeToWait(0, 0, 0);
#endif
#ifdef ENDED
    /* The sale is over. The first lane has a hold that runs and one that has ended; the other unit is in the open pool. */
    terms = TERMS;
    for (i : 0 .. LANES - 1) {
      lane[i].heard = TERMS;
      leased[i].heard = TERMS
    };
    i = 0;
    leased[0].granted = 1;
    leased[0].inUse = 1;
    lane[0].accepted = 1;
    lane[0].held = 1;
    lane[0].freed = 1;
    leased[0].version = VERSION(0);
    available--;
#endif
    run Root();
    run Judge()
  }
}
