import type { ActivityItem } from "../api/activity.ts";
import { humanDay, type Day } from "../tasks/due-date.ts";
import { ActivityMark } from "./activity-mark.tsx";
import { activityByDay } from "./by-day.ts";
import { activitySentence } from "./sentences.ts";

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

export function ActivityList({ items, today }: { readonly items: readonly ActivityItem[]; readonly today: Day }) {
  return activityByDay(items).map((section) => (
    <section key={section.day} className="activity-day" aria-labelledby={`activity-${section.day}`}>
      <h2 id={`activity-${section.day}`} className="activity-heading">
        {humanDay(section.day, today)}
      </h2>
      <ul className="activity-list">
        {section.items.map((item) => (
          <ActivityRow key={item.id} item={item} />
        ))}
      </ul>
    </section>
  ));
}

function ActivityRow({ item }: { readonly item: ActivityItem }) {
  const { kind, at, source_ip: address, this_session: isHere } = item;
  return (
    <li className="activity-row">
      <ActivityMark kind={kind} />
      <span className="activity-words">
        <span>
          {activitySentence(item)}
          {address !== null && <span className="activity-address"> from {address}</span>}
        </span>
        {isHere && <span className="activity-here">This session</span>}
      </span>
      <time className="activity-time" dateTime={at}>
        {timeOfDay.format(Date.parse(at))}
      </time>
    </li>
  );
}
