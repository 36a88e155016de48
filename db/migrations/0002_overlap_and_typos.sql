-- No two sales of the same SKU at the same time, however many are scheduled at once. An empty span overlaps nothing.
ALTER TABLE sale_items
  ADD CONSTRAINT sale_items_no_overlap EXCLUDE USING gist (sku WITH =, during WITH &&);
--> statement-breakpoint
-- Products with a word close to `term`, through the trigram index; a word of the title counts a little more. The
-- threshold travels with the function, because SQL over HTTP has no session to set it in. 0.4 still meets two letters
-- wrong in a word of seven.
CREATE FUNCTION products_like(term text) RETURNS TABLE (id uuid, closeness real)
  LANGUAGE sql STABLE
  SET pg_trgm.word_similarity_threshold = '0.4'
  AS $$
    SELECT products.id, (word_similarity(term, products.words) + 0.2 * word_similarity(term, products.title))::real
    FROM products
    WHERE term <% products.words AND products.status = 'active'
  $$;
