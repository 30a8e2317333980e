import type { CountedName } from "../api/security.ts";
import { nameInWords } from "./names.ts";

const SHOWN = new Set(["refusal", "lockout", "alarm"]);
const number = new Intl.NumberFormat();

/** What it was that was refused, the most frequent first. */
export function RefusedNames({ names }: { readonly names: readonly CountedName[] }) {
  const shown = names.filter((each) => SHOWN.has(each.kind));
  const most = Math.max(1, ...shown.map((each) => each.count));
  return (
    <section className="refused" aria-labelledby="refused">
      <h2 id="refused" className="security-heading">
        What was refused
      </h2>
      {shown.length === 0 ? (
        <p className="refused-nothing">Nothing, in this time.</p>
      ) : (
        <ul className="refused-list">
          {shown.map((each) => (
            <li key={each.name} className="refused-row">
              <span className="refused-words">{nameInWords(each.name)}</span>
              <span className="refused-number">{number.format(each.count)}</span>
              <svg className="refused-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect className="refused-room" width={100} height={4} />
                <rect className={`refused-share refused-${each.kind}`} width={(each.count / most) * 100} height={4} />
              </svg>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
