import { PersonalScreen } from "../account/personal-screen.tsx";
import { LoadFailure } from "../loading/load-failure.tsx";
import { LoadMore } from "../loading/load-more.tsx";
import type { Person } from "../session/session.ts";
import { useToday } from "../tasks/use-today.ts";
import { ActivityList } from "./activity-list.tsx";
import { ActivityTimeline } from "./activity-timeline.tsx";
import "./activity.css";
import { useActivity, type Activity } from "./use-activity.ts";

/** What has happened to one person's account. */
export function ActivityScreen({ person }: { readonly person: Person }) {
  const activity = useActivity();
  return (
    <PersonalScreen person={person} title="Activity">
      <p className="activity-intro">
        Who came in, what changed, and what was refused. If you see something that was not you, change your password.
      </p>
      <ActivityResults {...activity} />
    </PersonalScreen>
  );
}

function ActivityResults({ loaded, failure, loadingMore, loadMore, reload }: Activity) {
  const today = useToday();
  if (failure !== undefined) return <LoadFailure failure={failure} onRetry={reload} />;
  if (!loaded) {
    return (
      <p className="activity-loading" role="status">
        Loading your activity…
      </p>
    );
  }
  if (loaded.items.length === 0) {
    return (
      <p className="activity-empty">
        Nothing has been noted yet. Sign-ins, changes and refusals of the last 90 days will stand here.
      </p>
    );
  }
  return (
    <>
      <ActivityTimeline days={loaded.days} today={today} />
      <ActivityList items={loaded.items} today={today} />
      <p className="visually-hidden" role="status">
        {loaded.items.length} events are shown.
      </p>
      {loaded.nextCursor !== null && <LoadMore loading={loadingMore} onLoad={() => void loadMore()} />}
    </>
  );
}
