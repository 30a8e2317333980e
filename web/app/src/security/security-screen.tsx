import { useState } from "react";
import { PersonalScreen } from "../account/personal-screen.tsx";
import "../activity/activity.css";
import { Refusal } from "../api/refusal.ts";
import type { Period } from "../api/security.ts";
import { Segments } from "../controls/segments.tsx";
import { LoadFailure } from "../loading/load-failure.tsx";
import type { Person } from "../session/session.ts";
import { totalsOf } from "./chart-shape.ts";
import { EverybodysActivity } from "./everybodys-activity.tsx";
import { PERIODS } from "./moments.ts";
import { RefusedNames } from "./refused-names.tsx";
import { SecurityChart } from "./security-chart.tsx";
import { SecurityTotals } from "./security-totals.tsx";
import "./security.css";
import { useLiveCounts, type LiveCounts } from "./use-security.ts";

/** What happens to everybody's accounts, for administrators. */
export default function SecurityScreen({ person }: { readonly person: Person }) {
  const [period, setPeriod] = useState<Period>("day");
  const live = useLiveCounts(period);
  return (
    <PersonalScreen person={person} title="Security" wide>
      {live.failure instanceof Refusal && live.failure.status === 403 ? (
        <p className="activity-intro">This is for administrators, and you are none.</p>
      ) : (
        <>
          <div className="security-bar">
            <p className="activity-intro">
              Who came in and what was refused, of all accounts and of none: a wrong address is counted, and in no list.
            </p>
            <div className="security-choice">
              <LiveMark {...live} />
              <Segments legend="Period" legendHidden options={PERIODS} value={period} onChoose={setPeriod} />
            </div>
          </div>
          <Figures {...live} period={period} />
        </>
      )}
    </PersonalScreen>
  );
}

function LiveMark({ counts, failure }: LiveCounts) {
  const isLate = failure !== undefined;
  return (
    <p className={`live-mark ${isLate ? "live-mark-late" : ""}`} role="status">
      {isLate && counts ? "Out of date; trying again" : counts && "Live"}
    </p>
  );
}

function Figures({ counts, failure, reload, period }: LiveCounts & { readonly period: Period }) {
  if (!counts) {
    if (failure !== undefined) return <LoadFailure failure={failure} onRetry={reload} />;
    return (
      <p className="activity-loading" role="status">
        Loading the figures…
      </p>
    );
  }
  return (
    <>
      <SecurityTotals totals={totalsOf(counts.items)} />
      <SecurityChart spans={counts.items} period={period} />
      <div className="security-columns">
        <EverybodysActivity counts={counts} />
        <RefusedNames names={counts.names} />
      </div>
    </>
  );
}
