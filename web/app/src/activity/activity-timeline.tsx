import type { ActivityDay } from "../api/activity.ts";
import { humanDay, type Day } from "../tasks/due-date.ts";
import { counted, dayBars, HALF, totalsOf, WIDTH } from "./timeline-shape.ts";

interface ActivityTimelineProps {
  readonly days: readonly ActivityDay[];
  readonly today: Day;
}

/** Sign-ins stand on the line and refusals hang from it, so that nobody has to tell colours apart. */
export function ActivityTimeline({ days, today }: ActivityTimelineProps) {
  const { signIns, refusals } = totalsOf(days);
  const first = days[0];
  return (
    <figure className="timeline">
      <figcaption className="timeline-caption">
        In the last {days.length} days: {counted(signIns, "sign-in", "sign-ins")},{" "}
        {counted(refusals, "refusal", "refusals")}.
      </figcaption>
      <svg
        className="timeline-picture"
        viewBox={`0 0 ${WIDTH} ${2 * HALF}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {dayBars(days).map((bars) => (
          <g key={bars.day}>
            <rect
              className="timeline-sign-ins"
              x={bars.x}
              y={HALF - bars.signIns}
              width={bars.width}
              height={bars.signIns}
            />
            <rect className="timeline-refusals" x={bars.x} y={HALF} width={bars.width} height={bars.refusals} />
          </g>
        ))}
        <path className="timeline-line" d={`M0 ${HALF}H${WIDTH}`} vectorEffect="non-scaling-stroke" />
      </svg>
      <div className="timeline-ends" aria-hidden="true">
        <span>{first && humanDay(first.day, today)}</span>
        <span className="timeline-legend">
          <span className="timeline-key timeline-key-sign-ins">Sign-ins</span>
          <span className="timeline-key timeline-key-refusals">Refusals</span>
        </span>
        <span>Today</span>
      </div>
      {signIns + refusals > 0 && <TimelineTable days={days} today={today} />}
    </figure>
  );
}

/** The same in numbers, for whoever cannot see the picture or wants to know exactly. */
function TimelineTable({ days, today }: ActivityTimelineProps) {
  const eventful = days.filter((day) => day.sign_ins + day.refusals > 0).toReversed();
  return (
    <details className="timeline-details">
      <summary className="timeline-summary">Show the numbers</summary>
      <table className="timeline-table">
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Sign-ins</th>
            <th scope="col">Refusals</th>
          </tr>
        </thead>
        <tbody>
          {eventful.map((day) => (
            <tr key={day.day}>
              <th scope="row">{humanDay(day.day, today)}</th>
              <td>{day.sign_ins}</td>
              <td>{day.refusals}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
