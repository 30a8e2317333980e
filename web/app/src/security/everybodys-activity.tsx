import { useState } from "react";
import { ActivityMark } from "../activity/activity-mark.tsx";
import { somebodysSentence } from "../activity/sentences.ts";
import type { SecurityCounts, SomebodysItem } from "../api/security.ts";
import { Segments } from "../controls/segments.tsx";
import { LoadFailure } from "../loading/load-failure.tsx";
import { LoadMore } from "../loading/load-more.tsx";
import { dayOf, humanDay, type Day } from "../tasks/due-date.ts";
import { useToday } from "../tasks/use-today.ts";
import { useEverybodysActivity, type ShownKind } from "./use-security.ts";

const KINDS: Readonly<Record<ShownKind, string>> = {
  all: "All",
  sign_in: "Sign-ins",
  refusal: "Refusals",
  lockout: "Lockouts",
  change: "Changes",
};

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

/** What has happened to accounts, whose they are, and where it came from. */
export function EverybodysActivity({ counts }: { readonly counts: SecurityCounts | undefined }) {
  const [kind, setKind] = useState<ShownKind>("all");
  const { loaded, failure, reload, loadingMore, loadMore } = useEverybodysActivity(kind, counts);
  const today = useToday();
  return (
    <section className="everybody" aria-labelledby="everybody">
      <h2 id="everybody" className="security-heading">
        What happened to accounts
      </h2>
      <Segments legend="Which events" legendHidden options={KINDS} value={kind} onChoose={setKind} />
      {failure !== undefined && <LoadFailure failure={failure} onRetry={reload} />}
      {loaded?.items.length === 0 && <p className="everybody-nothing">Nothing of that kind in the last 90 days.</p>}
      {loaded && loaded.items.length > 0 && (
        <ul className="activity-list">
          {loaded.items.map((item) => (
            <Row key={item.id} item={item} today={today} />
          ))}
        </ul>
      )}
      {loaded && loaded.nextCursor !== null && <LoadMore loading={loadingMore} onLoad={() => void loadMore()} />}
    </section>
  );
}

function Row({ item, today }: { readonly item: SomebodysItem; readonly today: Day }) {
  const at = new Date(item.at);
  const day = dayOf(at);
  return (
    <li className="activity-row">
      <ActivityMark kind={item.kind} />
      <span className="everybody-words">
        <span className="everybody-person">{item.email ?? "Somebody who is not here any more"}</span>
        <span className="everybody-what">
          {somebodysSentence(item)}
          {item.source_ip !== null && <span className="activity-address"> from {item.source_ip}</span>}
        </span>
      </span>
      <time className="activity-time" dateTime={item.at}>
        {day !== today && `${humanDay(day, today)}, `}
        {timeOfDay.format(at)}
      </time>
    </li>
  );
}
