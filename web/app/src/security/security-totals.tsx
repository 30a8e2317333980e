import type { Totals } from "./chart-shape.ts";

const LABELS: Readonly<Record<keyof Totals, string>> = {
  sign_ins: "Sign-ins",
  refusals: "Refusals",
  lockouts: "Lockouts",
  alarms: "Alarms",
};

const number = new Intl.NumberFormat();

/** The figures, and what the colours of the picture stand for. */
export function SecurityTotals({ totals }: { readonly totals: Totals }) {
  return (
    <dl className="totals">
      {(Object.keys(LABELS) as (keyof Totals)[]).map((key) => (
        <div key={key} className={`total total-${key} ${totals[key] === 0 ? "total-none" : ""}`}>
          <dt className="total-label">{LABELS[key]}</dt>
          <dd className="total-number">{number.format(totals[key])}</dd>
        </div>
      ))}
    </dl>
  );
}
