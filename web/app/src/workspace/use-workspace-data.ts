import { useCallback } from "react";
import type { TaskQuery } from "../api/types.ts";
import { useLists, type Lists } from "../lists/use-lists.ts";
import { useTakeUp } from "../lists/use-take-up.ts";
import type { Person } from "../session/session.ts";
import { useTaskFeed, type TaskFeed } from "../tasks/use-task-feed.ts";
import { useLiveChanges } from "./use-live-changes.ts";
import { useOnline } from "./use-online.ts";

export interface WorkspaceData {
  readonly lists: Lists;
  readonly feed: TaskFeed;
  readonly reload: () => void;
  readonly online: boolean;
  /** Whether changes made elsewhere have not been heard of for a while. */
  readonly deaf: boolean;
}

/** What a person sees, kept up with the server: after each change, and when the connection is back. */
export function useWorkspaceData(person: Person, query: TaskQuery): WorkspaceData {
  const lists = useLists();
  const feed = useTaskFeed(query);
  const { reload: reloadTasks } = feed;
  const { reload: reloadLists } = lists;
  const reload = useCallback(() => {
    reloadTasks();
    reloadLists();
  }, [reloadTasks, reloadLists]);

  const deaf = useLiveChanges(reload);
  const online = useOnline(reload);
  useTakeUp(person, reload);
  return { lists, feed, reload, online, deaf };
}
