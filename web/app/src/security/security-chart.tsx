import { useState } from "react";
import { counted } from "../activity/timeline-shape.ts";
import type { CountedSpan, Period } from "../api/security.ts";
import { chartShape, HEIGHT, totalsOf, WIDTH, type ChartShape, type Totals } from "./chart-shape.ts";
import { LAST, startOfSpan, wholeSpan } from "./moments.ts";

interface SecurityChartProps {
  readonly spans: readonly CountedSpan[];
  readonly period: Period;
}

/** What stands on the line came in and what hangs from it did not, so that nobody has to tell colours apart. */
export function SecurityChart({ spans, period }: SecurityChartProps) {
  const [selected, setSelected] = useState<number>();
  const shape = chartShape(spans);
  const span = selected === undefined ? undefined : spans[selected];
  return (
    <figure className="chart">
      <figcaption className="chart-caption">
        {span ? `${wholeSpan(span.start, period)}: ${inWords(span)}` : `${LAST[period]}: ${inWords(totalsOf(spans))}`}
      </figcaption>
      <div className="chart-frame">
        <div className="chart-scale" aria-hidden="true">
          <span>{shape.most.above}</span>
          <span>{shape.most.below}</span>
        </div>
        <div className="chart-stage">
          <Picture shape={shape} selected={selected} />
          <Slider spans={spans} period={period} selected={selected} onSelect={setSelected} />
        </div>
      </div>
      <div className="chart-ends" aria-hidden="true">
        {[0, Math.floor(spans.length / 2)].map((position) => (
          <span key={position}>{spans[position] && startOfSpan(spans[position].start, period)}</span>
        ))}
        <span>Now</span>
      </div>
      <ChartTable spans={spans} period={period} />
    </figure>
  );
}

function Picture({ shape, selected }: { readonly shape: ChartShape; readonly selected: number | undefined }) {
  const step = WIDTH / Math.max(1, shape.columns.length);
  return (
    <svg className="chart-picture" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {shape.columns.map((column, position) => (
        <g key={column.start}>
          {column.hasAlarm && <rect className="chart-alarm" x={position * step} y={0} width={step} height={HEIGHT} />}
          {position === selected && (
            <rect className="chart-selected" x={position * step} y={0} width={step} height={HEIGHT} />
          )}
          <rect
            className="chart-sign-ins"
            x={column.x}
            y={shape.line - column.signIns}
            width={column.width}
            height={column.signIns}
          />
          <rect className="chart-refusals" x={column.x} y={shape.line} width={column.width} height={column.refusals} />
          <rect
            className="chart-lockouts"
            x={column.x}
            y={shape.line + column.refusals}
            width={column.width}
            height={column.lockouts}
          />
        </g>
      ))}
      <path className="chart-line" d={`M0 ${shape.line}H${WIDTH}`} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

interface SliderProps extends SecurityChartProps {
  readonly selected: number | undefined;
  readonly onSelect: (position: number | undefined) => void;
}

/** Lies over the picture: keys, a finger and a pointer all choose what is told of it. */
function Slider({ spans, period, selected, onSelect }: SliderProps) {
  const last = Math.max(0, spans.length - 1);
  const at = Math.min(selected ?? last, last);
  const span = spans[at];
  return (
    <input
      type="range"
      className="chart-slider"
      aria-label="Moment of the picture"
      aria-valuetext={span && `${wholeSpan(span.start, period)}: ${inWords(span)}`}
      min={0}
      max={last}
      value={at}
      onChange={(event) => onSelect(event.target.valueAsNumber)}
      onFocus={() => onSelect(at)}
      onBlur={() => onSelect(undefined)}
      onPointerMove={({ clientX, currentTarget }) => {
        const { left, width } = currentTarget.getBoundingClientRect();
        const position = Math.floor(((clientX - left) / width) * spans.length);
        onSelect(Math.min(last, Math.max(0, position)));
      }}
      onPointerLeave={() => onSelect(undefined)}
    />
  );
}

/** The same in numbers, for whoever cannot see the picture or wants to know exactly. */
function ChartTable({ spans, period }: SecurityChartProps) {
  const eventful = spans
    .filter((span) => span.sign_ins + span.refusals + span.lockouts + span.alarms > 0)
    .toReversed();
  if (eventful.length === 0) return null;
  return (
    <details className="timeline-details">
      <summary className="timeline-summary">Show the numbers</summary>
      <div className="chart-table-room" tabIndex={0} role="region" aria-label="The numbers of the picture">
        <table className="timeline-table">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Sign-ins</th>
              <th scope="col">Refusals</th>
              <th scope="col">Lockouts</th>
              <th scope="col">Alarms</th>
            </tr>
          </thead>
          <tbody>
            {eventful.map((span) => (
              <tr key={span.start}>
                <th scope="row">{wholeSpan(span.start, period)}</th>
                <td>{span.sign_ins}</td>
                <td>{span.refusals}</td>
                <td>{span.lockouts}</td>
                <td>{span.alarms}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function inWords({ sign_ins: signIns, refusals, lockouts, alarms }: Totals): string {
  return [
    counted(signIns, "sign-in", "sign-ins"),
    counted(refusals, "refusal", "refusals"),
    counted(lockouts, "lockout", "lockouts"),
    ...(alarms > 0 ? [counted(alarms, "alarm", "alarms")] : []),
  ].join(", ");
}
