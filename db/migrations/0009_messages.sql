CREATE TABLE "messages" (
	"order_id" text NOT NULL,
	"event" text NOT NULL,
	"noted_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone DEFAULT now(),
	"sent_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"failure" text,
	CONSTRAINT "messages_order_id_event_pk" PRIMARY KEY("order_id","event")
);
--> statement-breakpoint
DROP INDEX "orders_email";--> statement-breakpoint
CREATE INDEX "messages_due" ON "messages" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "orders_email" ON "orders" USING btree (lower("email"));