-- Trigrams find misspelt words; btree_gist lets one constraint compare a SKU and a span of time.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS btree_gist;
--> statement-breakpoint
-- array_to_string() is only STABLE, because some types print by settings; text does not, so this is IMMUTABLE, as
-- generated columns demand.
CREATE FUNCTION category_words(path text[]) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN array_to_string(path, ' ');
