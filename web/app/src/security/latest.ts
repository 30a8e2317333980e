interface Listed<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Puts a first page that was asked for again before what has been loaded, if nothing is missing in between. */
export function withLatest<Item extends { readonly id: string }>(
  loaded: Listed<Item> | undefined,
  latest: Listed<Item>,
): Listed<Item> {
  const known = new Set(loaded?.items.map((item) => item.id));
  const fresh = latest.items.filter((item) => !known.has(item.id));
  if (!loaded || fresh.length === latest.items.length) return latest;
  return fresh.length === 0 ? loaded : { items: [...fresh, ...loaded.items], nextCursor: loaded.nextCursor };
}
