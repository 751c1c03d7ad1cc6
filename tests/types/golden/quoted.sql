-- A schema whose name needs quotes: the later generators do not find the columns of its foreign keys.
CREATE SCHEMA "Shop";
CREATE TABLE public.users (id int PRIMARY KEY);
CREATE TABLE "Shop".orders (id int PRIMARY KEY, user_id int REFERENCES public.users, parent int UNIQUE REFERENCES "Shop".orders);
CREATE TABLE public.notes (user_id int PRIMARY KEY REFERENCES public.users, order_id int REFERENCES "Shop".orders);
CREATE VIEW "Shop".parents AS SELECT id, parent FROM "Shop".orders;
CREATE VIEW public.order_list AS SELECT id, user_id FROM "Shop".orders;
CREATE VIEW public.people AS SELECT id FROM public.users;
