/*
 * The lease protocol of docs/decisions/017-stock-lanes.md, small enough for Spin to try every order of its steps.
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
#ifndef FAULTS
#define FAULTS 2     /* messages lost, late or doubled, calls given up early, crashes: all together */
#endif
#ifndef AHEAD
#define AHEAD 1      /* questions of lanes for which nobody waits: asking before it is dry */
#endif
#ifndef TERMS
#define TERMS 1      /* last version of the pool's terms; odd ones are open: 1 open, 2 closed, 3 open again */
#endif
#ifndef WAITING
#define WAITING 1    /* shoppers who may wait in one lane at once */
#endif
#ifndef TRIES
#define TRIES 4      /* questions that a lane may need for one shopper once the faults are over */
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

#define OPEN(version) ((version) % 2 == 1)

/* ---- What each party keeps ---- */

/* The root's rows: the pool's own, and those towards each lane. `accepted` and `heard` are the lane's last report. */
byte available = UNITS;
byte terms = 1;
typedef Leased { byte granted; byte takenBack; byte accepted; byte heard };
Leased leased[LANES];

/* The root's memory. A lane's question waits, or is one of those that the round under way was begun for. */
mtype = { no, waits, gathers };       /* asking */
mtype = { idle, owes, told, silent };  /* recalled */
typedef Gathering { mtype asking; byte want; bit deaf; mtype recalled; byte freed };
Gathering gather[LANES];
bit gathering;
bit secondLook;

/* A lane's rows. `freed` counts units that were held and became free; only SECOND_LOOK reads it. */
typedef Kept { byte accepted; byte returned; byte available; byte held; byte sold; byte heard; byte freed };
Kept lane[LANES];

/* A lane's memory: who waits, for how many of them the question under way asks, what the root may not know. */
typedef Line { byte waiting; byte asked; bit question; bit untold };
Line line[LANES];

/* ---- The network: each call's question and answer, and old copies that come whenever they like ---- */

/* What an answer to `lease` says beside the root's standing. */
mtype = { enough, none, unsure };

chan leases[LANES] = [1] of { byte, byte, byte, byte };   /* accepted, returned, heard, want */
chan grants[LANES] = [1] of { byte, byte, byte, byte };   /* granted, terms, verdict, - */
chan recalls[LANES] = [1] of { byte, byte, byte, byte };  /* granted, terms, -, - */
chan reports[LANES] = [1] of { byte, byte, byte, byte };  /* accepted, returned, heard, freed */
chan lateLeases[LANES] = [1] of { byte, byte, byte, byte };
chan lateGrants[LANES] = [1] of { byte, byte, byte, byte };
chan lateRecalls[LANES] = [1] of { byte, byte, byte, byte };
chan lateReports[LANES] = [1] of { byte, byte, byte, byte };

/* Whoever asked does not listen any more: what is on its way comes too late, or never. */
inline abandon(fresh, late) {
  if
  :: nempty(fresh) && nfull(late) -> fresh?<first, second, third, fourth>; late!first, second, third, fourth
  :: true
  fi;
  if
  :: nempty(fresh) -> fresh?_, _, _, _
  :: empty(fresh)
  fi;
  first = 0; second = 0; third = 0; fourth = 0
}

/* ---- The observer's own variables: no party reads them to decide ---- */

bit calm;            /* no more faults; whoever is told to try again does */
bit lastAsked;       /* the shopper who comes when it is calm has come */
byte faults, holds, ahead;
byte tries[LANES];
bit excused[LANES];  /* since the question was sent there was a moment that justifies `sold_out` */

#define IN_USE(i) (lane[i].held + lane[i].sold)
#define FREE (UNITS - SUM(IN_USE))
#define ON_WAY_OUT(i) (leased[i].granted - lane[i].accepted)
#define ON_WAY_BACK(i) (lane[i].returned - leased[i].takenBack)
#define IN_LANE(i) (lane[i].available + lane[i].held + lane[i].sold)
#define OUT(i) (leased[i].granted - leased[i].takenBack)
#define SOLD(i) (lane[i].sold)
#define LANE_IS_SOUND(i) ( \
  lane[i].accepted <= leased[i].granted && leased[i].takenBack <= lane[i].returned && \
  IN_LANE(i) == lane[i].accepted - lane[i].returned && lane[i].available <= UNITS && lane[i].held <= UNITS && \
  leased[i].accepted <= lane[i].accepted && leased[i].heard <= lane[i].heard && lane[i].heard <= terms && \
  (OPEN(lane[i].heard) || lane[i].available == 0))

/* No unit is made and none is lost. Stands at the end of every turn. */
inline check() {
  assert(EVERY(LANE_IS_SOUND));
  assert(available <= UNITS && available + SUM(OUT) == UNITS && SUM(SOLD) <= UNITS);
  assert(available + SUM(ON_WAY_OUT) + SUM(IN_LANE) + SUM(ON_WAY_BACK) == UNITS)
}

inline excuseAll() {
  excused[0] = line[0].asked > 0;
  excused[1] = line[1].asked > 0;
#if LANES == 3
  excused[2] = line[2].asked > 0;
#endif
}

inline noteFree() {
  if
  :: FREE == 0 -> excuseAll()
  :: else
  fi
}

/* ---- What the root decides ---- */

/* Units to grant so that the lane has `want` free: what is under way to it counts, by its newest report. */
#define UNDER_WAY(i) (leased[i].granted - leased[i].accepted)
#define LACKS(i, wanted) ((OPEN(terms) && (wanted) > UNDER_WAY(i)) -> (wanted) - UNDER_WAY(i) : 0)
#define IS_SHORT(i) (gather[i].asking == waits && LACKS(i, gather[i].want) > available)
#define IS_BEHIND(i) (leased[i].heard < terms)
#define OWES(i) (gather[i].recalled == owes)
#define IS_SILENT(i) (gather[i].recalled == silent)
#define GATHERS(i) (gather[i].asking == gathers)
#define LACKING(i) (GATHERS(i) && LACKS(i, gather[i].want) > 0)

/* A report is newer when its numbers are: they only grow, so their sum is its version. */
#ifdef BUG_OLDER_REPORT
#define IS_NEWER(i) true
#else
#define IS_NEWER(i) (accepted + returned + heard > leased[i].accepted + leased[i].takenBack + leased[i].heard)
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
    leased[i].accepted = accepted;
    leased[i].heard = heard
  :: else
  fi
}

/* Grants what the lane lacks or as much of it as there is; a share may be more than what is wanted. */
inline grantUnits(i, wanted) {
  units = LACKS(i, wanted);
  if
  :: units >= available -> units = available
  :: !gathering && units > 0 && units < available -> units++
  :: units < available
  fi;
  leased[i].granted = leased[i].granted + units;
  available = available - units;
  units = 0
}

/* A pool that is not open grants nothing, and that says nothing about units: it may be open again when this comes. */
#ifdef BUG_PAUSE_IS_A_VERDICT
#define VERDICT(found) found
#else
#define VERDICT(found) (OPEN(terms) -> found : unsure)
#endif

inline answerQuestion(i, verdict) {
  if
  :: !gather[i].deaf -> grants[i]!leased[i].granted, terms, VERDICT(verdict), 0
  :: gather[i].deaf && nfull(lateGrants[i]) -> lateGrants[i]!leased[i].granted, terms, VERDICT(verdict), 0
  :: gather[i].deaf
  fi;
  gather[i].asking = no;
  gather[i].want = 0;
  gather[i].deaf = 0
}

/* The root's dealings with one lane. */
proctype RootToward(byte i) {
  byte accepted, returned, heard, other, units;
end:
  do
  /* A question comes. While a round is under way it waits for the next one: that round's reports are older than it. */
  :: atomic {
    leases[i]?accepted, returned, heard, other ->
    takeInReport(i);
    gather[i].want = other;
#ifdef BUG_JOINS_THE_ROUND
    gather[i].asking = (gathering -> gathers : waits);
#else
    gather[i].asking = waits;
#endif
    accepted = 0; returned = 0; heard = 0; other = 0;
    check()
  }
  /* There is enough. */
  :: atomic {
#ifdef BUG_GRANTS_DURING_A_ROUND
    gather[i].asking == waits && LACKS(i, gather[i].want) <= available ->
#else
    !gathering && gather[i].asking == waits && LACKS(i, gather[i].want) <= available ->
#endif
    grantUnits(i, gather[i].want);
    answerQuestion(i, enough);
    check()
  }
#ifdef BUG_NO_RECALL
  :: atomic {
    !gathering && IS_SHORT(i) ->
    grantUnits(i, gather[i].want);
    answerQuestion(i, none);
    check()
  }
#endif
  /* The lane answers a recall. At the second look, a lane where a unit became free meanwhile is not to be relied on. */
  :: atomic {
    reports[i]?accepted, returned, heard, other ->
    takeInReport(i);
    if
    :: secondLook && other != gather[i].freed -> gather[i].recalled = silent
    :: else -> gather[i].recalled = told
    fi;
    gather[i].freed = other;
    accepted = 0; returned = 0; heard = 0; other = 0;
    check()
  }
  /* The lane does not answer. */
  :: atomic {
    OWES(i) && empty(recalls[i]) && empty(reports[i]) ->
#ifdef BUG_SILENCE_IS_AN_ANSWER
    gather[i].recalled = told
#else
    gather[i].recalled = silent
#endif
  }
  /* An old question comes late. The root cannot tell it from a new one; only the answer is for nobody. */
  :: atomic {
    !gathering && nempty(lateLeases[i]) ->
    lateLeases[i]?accepted, returned, heard, other;
    takeInReport(i);
#ifdef BUG_DOUBLED_LEASE_COUNTS_TWICE
    leased[i].granted = leased[i].granted + other;
#endif
    grantUnits(i, other);
    if
    :: nfull(lateGrants[i]) -> lateGrants[i]!leased[i].granted, terms, enough, 0
    :: true
    fi;
    accepted = 0; returned = 0; heard = 0; other = 0;
    check()
  }
  /* An old report comes late: its numbers count if they are newer, but it answers no recall. */
  :: atomic {
    lateReports[i]?accepted, returned, heard, other ->
    takeInReport(i);
#ifdef BUG_LATE_REPORT_ANSWERS
    if
    :: OWES(i) ->
      gather[i].recalled = told;
      if
      :: nempty(recalls[i]) -> recalls[i]?_, _, _, _
      :: empty(recalls[i])
      fi
    :: else
    fi;
#endif
    accepted = 0; returned = 0; heard = 0; other = 0;
    check()
  }
  od
}

/* What the root does towards all lanes. */
proctype Root() {
  byte i, askers, units, first, second, third, fourth;
end:
  do
  /*
   * A round: the root has too little for those who ask, or lanes have not heard of the newest terms (its alarm). Every
   * lane is recalled, also those that ask; only a lane that asks alone has just told its standing.
   */
  :: atomic {
#ifdef BUG_NO_ALARM
    !gathering && SOME(IS_SHORT) ->
#else
    !gathering && (SOME(IS_SHORT) || SOME(IS_BEHIND)) ->
#endif
    gathering = 1;
    for (i : 0 .. LANES - 1) {
      if
      :: gather[i].asking == waits -> gather[i].asking = gathers; askers++
      :: else
      fi
    };
    for (i : 0 .. LANES - 1) {
#ifdef BUG_ASKERS_ARE_NOT_RECALLED
      if
      :: (!GATHERS(i) && askers > 0) || IS_BEHIND(i) ->
#else
      if
      :: askers > (GATHERS(i) -> 1 : 0) || IS_BEHIND(i) ->
#endif
        recalls[i]!leased[i].granted, terms, 0, 0;
        gather[i].recalled = owes
      :: else
      fi
    };
    i = 0; askers = 0
  }
#ifdef SECOND_LOOK
  /* Before it says `none`, the root looks again: was there a moment between the looks when nobody had a free unit? */
  :: atomic {
    gathering && !secondLook && !SOME(OWES) && !SOME(IS_SILENT) && available == 0 && SOME(LACKING) ->
    secondLook = 1;
    for (i : 0 .. LANES - 1) {
      if
      :: gather[i].recalled == told ->
        recalls[i]!leased[i].granted, terms, 0, 0;
        gather[i].recalled = owes
      :: else
      fi
    };
    i = 0
  }
#define LOOKED_ENOUGH (secondLook || SOME(IS_SILENT) || available > 0 || !SOME(LACKING))
#else
#define LOOKED_ENOUGH true
#endif
  /* All have answered, or will not. */
  :: atomic {
    gathering && !SOME(OWES) && LOOKED_ENOUGH ->
    for (i : 0 .. LANES - 1) {
      if
      :: GATHERS(i) -> grantUnits(i, gather[i].want)
      :: else
      fi
    };
    for (i : 0 .. LANES - 1) {
      if
      :: GATHERS(i) && !LACKING(i) -> answerQuestion(i, enough)
      /* A unit on its way to another lane may find nobody who waits for it there. */
#ifndef BUG_UNIT_FOR_ANOTHER_IS_GONE
      :: LACKING(i) && (SOME(IS_SILENT) || SUM(UNDER_WAY) > UNDER_WAY(i)) -> answerQuestion(i, unsure)
      :: LACKING(i) && !SOME(IS_SILENT) && SUM(UNDER_WAY) == UNDER_WAY(i) -> answerQuestion(i, none)
#else
      :: LACKING(i) -> answerQuestion(i, (SOME(IS_SILENT) -> unsure : none))
#endif
      :: else
      fi
    };
    for (i : 0 .. LANES - 1) {
      gather[i].recalled = idle;
      gather[i].freed = 0
    };
    i = 0; gathering = 0; secondLook = 0;
    check()
  }
  /* The merchant closes, pauses or opens the pool. */
  :: atomic { !calm && terms < TERMS -> terms++ }
  /* A crash. Who asked and who was recalled is forgotten, and with it what was not yet sent. */
  :: atomic {
    !calm && faults < FAULTS ->
    faults++;
    gathering = 0; secondLook = 0;
    for (i : 0 .. LANES - 1) {
      if
      :: nempty(grants[i]) -> grants[i]?_, _, _, _
      :: true
      fi;
      abandon(recalls[i], lateRecalls[i]);
      abandon(reports[i], lateReports[i]);
      gather[i].asking = no; gather[i].want = 0; gather[i].deaf = 0;
      gather[i].recalled = idle; gather[i].freed = 0
    };
    i = 0;
    available = UNITS - SUM(OUT);
    check()
  }
  od
}

/* ---- What a lane decides ---- */

inline takeInGrant(i) {
  if
#ifdef BUG_GRANT_IS_A_DIFFERENCE
  :: granted > 0 ->
    lane[i].available = lane[i].available + granted;
    lane[i].accepted = lane[i].accepted + granted
#else
  :: granted > lane[i].accepted ->
    lane[i].available = lane[i].available + granted - lane[i].accepted;
    lane[i].accepted = granted
#endif
  :: else
  fi;
  if
#ifdef BUG_OLDER_TERMS
  :: version != lane[i].heard -> lane[i].heard = version
#else
  :: version > lane[i].heard -> lane[i].heard = version
#endif
  :: else
  fi
}

inline holdUnit(i) {
  lane[i].available--;
  lane[i].held++;
  noteFree()
}

inline giveBack(i) {
  lane[i].returned = lane[i].returned + lane[i].available;
  lane[i].available = 0
}

/* In the turn in which units may have become free: those who wait come first; a pool that is not open keeps nothing. */
inline decideWaiting(i) {
  if
  :: OPEN(lane[i].heard) ->
    do
    :: lane[i].available > 0 && line[i].waiting > 0 ->
      line[i].waiting--;
      line[i].asked = (line[i].asked > 0 -> line[i].asked - 1 : 0);
      holdUnit(i)
    :: else -> break
    od
  :: else ->
    line[i].waiting = 0;
    line[i].asked = 0;
#ifndef BUG_NO_TELLING
    line[i].untold = line[i].untold || lane[i].available > 0;
#endif
    giveBack(i)
  fi;
  excused[i] = excused[i] && line[i].asked > 0
}

/* `overloaded`: try again. Once it is calm, everybody does. */
inline sendAway(i) {
  if
  :: calm && line[i].asked > 0 -> tries[i]++; assert(tries[i] < TRIES)
  :: else -> line[i].waiting = line[i].waiting - line[i].asked
  fi;
  line[i].asked = 0;
  excused[i] = 0
}

inline ask(i, want) {
  leases[i]!lane[i].accepted, lane[i].returned, lane[i].heard, want;
  line[i].question = 1;
  line[i].untold = 0;
  line[i].asked = line[i].waiting;
  excused[i] = line[i].asked > 0 && FREE == 0
}

/* The rows stay, and everything else is worked out from them. */
inline restart(i) {
#ifdef BUG_RETURNED_IS_FORGOTTEN
  lane[i].returned = 0;
#endif
  lane[i].available = lane[i].accepted - lane[i].returned - lane[i].held - lane[i].sold;
  line[i].waiting = 0;
  line[i].asked = 0;
  line[i].question = 0;
  line[i].untold = !OPEN(lane[i].heard);
  excused[i] = 0;
  gather[i].deaf = gather[i].asking != no
}

inline answerRecall(i) {
  takeInGrant(i);
#ifdef BUG_RECALL_BEFORE_WAITING
  giveBack(i);
#endif
  decideWaiting(i);
  giveBack(i)
}

proctype Lane(byte i) {
  byte granted, version, verdict, first, second, third, fourth;
end:
  do
  /* One question at a time, for all who wait; or before the lane is dry; or to tell what the root may not know. */
  :: atomic {
    !line[i].question && gather[i].asking == no && line[i].waiting > 0 ->
    ask(i, line[i].waiting)
  }
  :: atomic {
    !calm && ahead < AHEAD && !line[i].question && gather[i].asking == no && line[i].waiting == 0 &&
    OPEN(lane[i].heard) ->
    ahead++;
    if
    :: lane[i].available == 0 -> ask(i, 1)
    :: ask(i, 0)
    fi
  }
  :: atomic {
    !line[i].question && gather[i].asking == no && line[i].waiting == 0 && line[i].untold ->
    ask(i, 0)
  }
  /* The answer. Its verdict is for those for whom the question was, not for who has come since. */
  :: atomic {
    grants[i]?granted, version, verdict, _ ->
    line[i].question = 0;
    takeInGrant(i);
    decideWaiting(i);
    if
    :: line[i].asked == 0
    :: line[i].asked > 0 && verdict == none ->
      assert(excused[i]);  /* `sold_out` */
      line[i].waiting = line[i].waiting - line[i].asked;
      line[i].asked = 0;
      excused[i] = 0
    :: line[i].asked > 0 && verdict != none ->
      assert(verdict == unsure);
      sendAway(i)
    fi;
    granted = 0; version = 0; verdict = 0;
    check()
  }
  /* No answer will come. */
  :: atomic {
    line[i].question && gather[i].asking == no && empty(leases[i]) && empty(grants[i]) ->
    line[i].question = 0;
    line[i].untold = !OPEN(lane[i].heard);
    sendAway(i)
  }
  /* A recall, and one that comes late: the lane cannot tell; only the answer is for nobody. */
  :: atomic {
    recalls[i]?granted, version, _, _ ->
#ifdef BUG_ANSWER_BEFORE_DURABLE
    first = lane[i].returned;
#endif
    answerRecall(i);
    reports[i]!lane[i].accepted, lane[i].returned, lane[i].heard, lane[i].freed;
#ifdef BUG_ANSWER_BEFORE_DURABLE
    if
    :: !calm && faults < FAULTS -> faults++; lane[i].returned = first; restart(i)
    :: true
    fi;
    first = 0;
#endif
    granted = 0; version = 0;
    check()
  }
  :: atomic {
    lateRecalls[i]?granted, version, _, _ ->
    answerRecall(i);
    if
    :: nfull(lateReports[i]) -> lateReports[i]!lane[i].accepted, lane[i].returned, lane[i].heard, lane[i].freed
    :: true
    fi;
    granted = 0; version = 0;
    check()
  }
  /* A grant that comes late is a grant; its verdict is for nobody. */
  :: atomic {
    lateGrants[i]?granted, version, _, _ ->
    takeInGrant(i);
    decideWaiting(i);
    granted = 0; version = 0;
    check()
  }
  /* The lane gives up before the root has answered. */
  :: atomic {
    !calm && faults < FAULTS && line[i].question && gather[i].asking != no && !gather[i].deaf ->
    faults++;
    gather[i].deaf = 1;
    line[i].question = 0;
    line[i].untold = !OPEN(lane[i].heard);
    line[i].waiting = line[i].waiting - line[i].asked;
    line[i].asked = 0;
    excused[i] = 0
  }
  /* A crash. A report that was not yet sent is gone. */
  :: atomic {
    !calm && faults < FAULTS ->
    faults++;
    if
    :: nempty(reports[i]) -> reports[i]?_, _, _, _
    :: true
    fi;
    abandon(leases[i], lateLeases[i]);
    abandon(grants[i], lateGrants[i]);
    restart(i);
    check()
  }
  od
}

/* ---- The world around them ---- */

proctype Shoppers(byte i) {
end:
  do
  /* Somebody asks for a unit; when it is calm, one more does, at whichever lane. */
  :: atomic {
    OPEN(lane[i].heard) && line[i].waiting < WAITING && (calm -> !lastAsked : holds < HOLDS) ->
    if
    :: calm -> lastAsked = 1
    :: else -> holds++
    fi;
    if
    :: lane[i].available > 0 -> holdUnit(i)
    :: else ->
      line[i].waiting++;
#ifdef BUG_LATE_HOLD_SHARES_THE_ANSWER
      if
      :: line[i].question -> line[i].asked++; excused[i] = FREE == 0
      :: else
      fi
#endif
    fi;
    check()
  }
  /* A hold is released or runs out, or it is bought. */
  :: atomic {
    lane[i].held > 0 ->
    lane[i].held--;
    lane[i].available++;
#ifdef SECOND_LOOK
    lane[i].freed++;
#endif
#ifndef STRICT
    /* A round asks one lane after the other: what becomes free behind its back is not seen by it. */
    excuseAll();
#endif
    decideWaiting(i);
    check()
  }
  :: atomic {
    lane[i].held > 0 ->
    lane[i].held--;
    lane[i].sold++;
    check()
  }
  od
}

/* A message is lost; it comes when nobody listens any more; it comes, and a copy of it comes later. */
inline misfortune(fresh, late) {
  !calm && faults < FAULTS && nempty(fresh) ->
  faults++;
  if
  :: fresh?_, _, _, _
  :: nfull(late) ->
    fresh?<first, second, third, fourth>;
    late!first, second, third, fourth;
    first = 0; second = 0; third = 0; fourth = 0;
    if
    :: fresh?_, _, _, _
    :: true
    fi
  fi
}

proctype Network(byte i) {
  byte first, second, third, fourth;
end:
  do
  :: atomic { misfortune(leases[i], lateLeases[i]) }
  :: atomic { misfortune(grants[i], lateGrants[i]) }
  :: atomic { misfortune(recalls[i], lateRecalls[i]) }
  :: atomic { misfortune(reports[i], lateReports[i]) }
  od
}

#define NOBODY_WAITS(i) (line[i].waiting == 0 && !line[i].question && gather[i].asking == no)

/* The faults end at some moment, whichever it is. When nobody can do anything any more, all must be well. */
proctype Judge() {
  calm = 1;
  timeout ->
  assert(EVERY(NOBODY_WAITS) && !gathering);
  assert(!OPEN(terms) || lastAsked);
  assert(OPEN(terms) || available + SUM(SOLD) == UNITS)
}

init {
  atomic {
    byte i;
    for (i : 0 .. LANES - 1) {
      lane[i].heard = 1;
      leased[i].heard = 1;
      gather[i].asking = no;
      gather[i].recalled = idle;
      run RootToward(i);
      run Lane(i);
      run Shoppers(i);
      run Network(i)
    };
    i = 0;
#ifdef STARTED
    /* In the middle of a sale: the second lane's unit is held, the third lane's is free. */
    for (i : 1 .. 2) {
      leased[i].granted = 1;
      leased[i].accepted = 1;
      lane[i].accepted = 1;
      available--
    };
    i = 0;
    lane[1].held = 1;
    lane[2].available = 1;
#endif
    run Root();
    run Judge()
  }
}
