import type { RefObject } from "react";
import type { TaskSort } from "../api/types.ts";
import { Icon } from "../controls/icon.tsx";
import { Segments } from "../controls/segments.tsx";
import { chooseFilters, SORTS, STATUSES, type Filters } from "../workspace/filters.ts";
import type { Selection } from "./use-selection.ts";
import "./toolbar.css";

interface ToolbarProps {
  readonly filters: Filters;
  readonly searchText: string;
  readonly onSearch: (text: string) => void;
  readonly searchField: RefObject<HTMLInputElement | null>;
  readonly selection: Selection;
  /** Whether there is anything that may be selected. */
  readonly selectable: boolean;
}

export function Toolbar({ filters, searchText, onSearch, searchField, selection, selectable }: ToolbarProps) {
  return (
    <div className="toolbar" role="group" aria-label="Find and sort">
      <div className="toolbar-search">
        <Icon name="search" />
        <input
          ref={searchField}
          className="input"
          type="search"
          aria-label="Search"
          placeholder="Search"
          value={searchText}
          onChange={(event) => onSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            if (searchText) onSearch("");
            else event.currentTarget.blur();
          }}
        />
      </div>
      <Segments
        legend="Show"
        legendHidden
        options={STATUSES}
        value={filters.status}
        onChoose={(status) => chooseFilters({ ...filters, status })}
      />
      <select
        className="input toolbar-sort"
        aria-label="Sort by"
        value={filters.sort}
        onChange={(event) => chooseFilters({ ...filters, sort: event.target.value as TaskSort })}
      >
        {Object.entries(SORTS).map(([sort, name]) => (
          <option key={sort} value={sort}>
            {name}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="button button-quiet toolbar-select"
        aria-label="Select"
        aria-pressed={selection.active}
        disabled={!selectable && !selection.active}
        onClick={selection.active ? selection.stop : selection.start}
      >
        <Icon name="select" />
        <span className="wide-only">Select</span>
      </button>
    </div>
  );
}
