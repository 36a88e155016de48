CREATE TABLE "dead_letters" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"message_id" text NOT NULL,
	"body" jsonb NOT NULL,
	"reason" text NOT NULL,
	"attempts" integer NOT NULL,
	"first_failed_at" timestamp with time zone NOT NULL,
	"last_failed_at" timestamp with time zone NOT NULL,
	"replayed_at" timestamp with time zone,
	CONSTRAINT "dead_letters_messageId_unique" UNIQUE("message_id")
);
--> statement-breakpoint
CREATE TABLE "order_items" (
	"order_id" text NOT NULL,
	"sku" text NOT NULL,
	"quantity" integer NOT NULL,
	"unit_price_cents" integer NOT NULL,
	CONSTRAINT "order_items_order_id_sku_pk" PRIMARY KEY("order_id","sku"),
	CONSTRAINT "order_items_quantity" CHECK ("order_items"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" text PRIMARY KEY NOT NULL,
	"order_number" text NOT NULL,
	"status" text NOT NULL,
	"version" integer NOT NULL,
	"total_cents" integer NOT NULL,
	"currency" text NOT NULL,
	"email" text NOT NULL,
	"sale_id" text,
	"created_at" timestamp with time zone NOT NULL,
	"hold_id" text NOT NULL,
	"payment_intent_id" text,
	"payment_status" text NOT NULL,
	"shipping_address" jsonb,
	"history" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "orders_orderNumber_unique" UNIQUE("order_number")
);
--> statement-breakpoint
CREATE TABLE "products" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"slug" text NOT NULL,
	"title" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"brand" text DEFAULT '' NOT NULL,
	"category" text[] DEFAULT '{}' NOT NULL,
	"attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"images" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"search" "tsvector" GENERATED ALWAYS AS (setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', brand || ' ' || category_words(category)), 'B') || setweight(to_tsvector('english', description), 'D')) STORED,
	"words" text GENERATED ALWAYS AS (title || ' ' || brand || ' ' || category_words(category) || ' ' || description) STORED,
	CONSTRAINT "products_slug_unique" UNIQUE("slug"),
	CONSTRAINT "products_status" CHECK ("products"."status" in ('draft', 'active', 'archived'))
);
--> statement-breakpoint
CREATE TABLE "sale_items" (
	"sale_id" uuid NOT NULL,
	"sku" text NOT NULL,
	"allotment" integer NOT NULL,
	"sale_price_cents" integer NOT NULL,
	"per_customer_limit" integer NOT NULL,
	"position" integer NOT NULL,
	"during" "tstzrange" NOT NULL,
	CONSTRAINT "sale_items_sale_id_sku_pk" PRIMARY KEY("sale_id","sku"),
	CONSTRAINT "sale_items_amounts" CHECK ("sale_items"."allotment" > 0 and "sale_items"."sale_price_cents" >= 0 and "sale_items"."per_customer_limit" > 0)
);
--> statement-breakpoint
CREATE TABLE "sales" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"title" text NOT NULL,
	"waiting_opens_at" timestamp with time zone NOT NULL,
	"opens_at" timestamp with time zone NOT NULL,
	"closes_at" timestamp with time zone NOT NULL,
	"admission" jsonb NOT NULL,
	"hold_seconds" integer NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sales_slug_unique" UNIQUE("slug"),
	CONSTRAINT "sales_state" CHECK ("sales"."state" in ('scheduling', 'undoing', 'scheduled', 'ended')),
	CONSTRAINT "sales_times" CHECK ("sales"."waiting_opens_at" <= "sales"."opens_at" and "sales"."opens_at" < "sales"."closes_at")
);
--> statement-breakpoint
CREATE TABLE "stock_levels" (
	"sku" text PRIMARY KEY NOT NULL,
	"received" integer NOT NULL,
	"available" integer NOT NULL,
	"held" integer NOT NULL,
	"sold" integer NOT NULL,
	"open_available" integer NOT NULL,
	"version" bigint NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "variants" (
	"sku" text PRIMARY KEY NOT NULL,
	"product_id" uuid NOT NULL,
	"title" text NOT NULL,
	"attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"price_cents" integer NOT NULL,
	"currency" text NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "variants_price" CHECK ("variants"."price_cents" >= 0)
);
--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sale_items" ADD CONSTRAINT "sale_items_sale_id_sales_id_fk" FOREIGN KEY ("sale_id") REFERENCES "public"."sales"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "variants" ADD CONSTRAINT "variants_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "order_items_sku" ON "order_items" USING btree ("sku");--> statement-breakpoint
CREATE INDEX "orders_sale" ON "orders" USING btree ("sale_id");--> statement-breakpoint
CREATE INDEX "orders_created" ON "orders" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "products_search" ON "products" USING gin ("search");--> statement-breakpoint
CREATE INDEX "products_words" ON "products" USING gin ("words" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "products_category" ON "products" USING gin ("category");--> statement-breakpoint
CREATE INDEX "products_brand" ON "products" USING btree ("brand");--> statement-breakpoint
CREATE INDEX "sale_items_sku" ON "sale_items" USING btree ("sku");--> statement-breakpoint
CREATE INDEX "sales_live" ON "sales" USING btree ("closes_at") WHERE state <> 'ended';--> statement-breakpoint
CREATE INDEX "variants_product" ON "variants" USING btree ("product_id");