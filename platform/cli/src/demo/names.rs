//! Names by culture, comma-separated, commoner ones first.

/// The names of one culture.
#[derive(Debug)]
pub struct Culture {
    /// First names of women.
    pub women: &'static str,
    /// First names of men.
    pub men: &'static str,
    /// Family names, in the form that men bear.
    pub family: &'static str,
    /// Whether people bear two family names.
    pub two_family_names: bool,
    /// Whether family names in -ski and -cki have a form of their own for women.
    pub gendered: bool,
    /// Whether ä, ö, ü are written ae, oe, ue where only plain letters are possible.
    pub umlauts: bool,
    /// The language that they want to be spoken to in, ISO 639-1.
    pub language: &'static str,
}

const PLAIN: Culture =
    Culture { women: "", men: "", family: "", two_family_names: false, gendered: false, umlauts: false, language: "en" };

/// British, Australian.
pub const ENGLISH: Culture = Culture {
    language: "en",
    women: "Olivia, Emily, Charlotte, Sophie, Jessica, Amelia, Grace, Hannah, Lucy, Ellie, Chloe, Isla, Freya, Poppy, Ruby, \
            Evie, Harriet, Georgia, Rebecca, Laura, Sarah, Claire, Nicola, Joanne, Helen, Karen, Alison, Fiona, Gemma, \
            Bethany, Megan, Abigail, Rachel, Victoria, Imogen, Phoebe, Zoe, Louise, Heather, Rosie",
    men: "Oliver, James, Jack, Thomas, Harry, George, William, Daniel, Matthew, Joseph, Samuel, Benjamin, Alexander, Callum, \
          Liam, Ryan, Luke, Adam, Nathan, Andrew, David, Stephen, Paul, Mark, Simon, Richard, Ian, Neil, Gareth, Stuart, \
          Craig, Darren, Lee, Graham, Philip, Edward, Henry, Oscar, Toby, Elliot",
    family: "Smith, Jones, Taylor, Brown, Williams, Wilson, Davies, Evans, Thomas, Johnson, Roberts, Walker, Wright, Robinson, \
             Thompson, White, Hughes, Edwards, Green, Hall, Wood, Harris, Lewis, Martin, Jackson, Clarke, Clark, Turner, Hill, \
             Scott, Cooper, Morris, Ward, Moore, King, Watson, Baker, Harrison, Morgan, Patterson, Young, Allen, Mitchell, \
             Bennett, Carter, Shaw, Parker, Collins, Bailey, Richardson, Cox, Howard, Marshall, Simpson, Price, Griffiths, \
             Fletcher, Webb, Holmes, Barnes, Chapman, Reid, Murray, Kennedy, Hunt, Palmer, Hartley, O'Brien, O'Connor, \
             MacDonald, Whitfield, Ashworth, Pemberton, Thornton",
    ..PLAIN
};

/// German.
pub const GERMAN: Culture = Culture {
    language: "de",
    women: "Anna, Julia, Laura, Lena, Sarah, Katharina, Lisa, Sabine, Petra, Claudia, Susanne, Andrea, Nicole, Stefanie, \
            Christina, Melanie, Sandra, Anja, Birgit, Monika, Heike, Franziska, Johanna, Theresa, Miriam, Hannah, Greta, Jana",
    men: "Thomas, Michael, Andreas, Stefan, Christian, Markus, Martin, Daniel, Sebastian, Alexander, Tobias, Florian, Jan, \
          Philipp, Matthias, Jürgen, Klaus, Uwe, Frank, Ralf, Dirk, Holger, Lukas, Jonas, Maximilian, Felix, Björn, Sören",
    family: "Müller, Schmidt, Schneider, Fischer, Weber, Meyer, Wagner, Becker, Schulz, Hoffmann, Schäfer, Koch, Bauer, \
             Richter, Klein, Wolf, Schröder, Neumann, Schwarz, Zimmermann, Braun, Krüger, Hofmann, Hartmann, Lange, Schmitt, \
             Werner, Krause, Lehmann, Köhler, Maier, Huber, Kaiser, Fuchs, Peters, Scholz, Möller, Weiß, Jung, Vogel, Keller, \
             Frank, Berger, Winkler, Roth, Beck, Lorenz, Baumann, Franke, Albrecht, Böhm, Seidel",
    umlauts: true,
    ..PLAIN
};

/// Spanish, Mexican.
pub const SPANISH: Culture = Culture {
    language: "es",
    women: "María, Carmen, Ana, Laura, Lucía, Marta, Paula, Sofía, Elena, Cristina, Isabel, Patricia, Raquel, Sara, Alba, \
            Andrea, Beatriz, Rocío, Silvia, Nuria, Pilar, Inés, Irene, Valeria, Ximena, Daniela, Gabriela, Alejandra, Claudia",
    men: "José, Antonio, Juan, Manuel, Francisco, David, Javier, Daniel, Carlos, Alejandro, Miguel, Pablo, Rafael, Sergio, \
          Fernando, Luis, Jorge, Alberto, Álvaro, Diego, Adrián, Raúl, Iván, Rubén, Óscar, Víctor, Eduardo, Hugo, Emilio",
    family: "García, Rodríguez, González, Fernández, López, Martínez, Sánchez, Pérez, Gómez, Martín, Jiménez, Ruiz, Hernández, \
             Díaz, Moreno, Muñoz, Álvarez, Romero, Alonso, Gutiérrez, Navarro, Torres, Domínguez, Vázquez, Ramos, Gil, \
             Ramírez, Serrano, Blanco, Molina, Morales, Suárez, Ortega, Delgado, Castro, Ortiz, Rubio, Marín, Sanz, Núñez, \
             Iglesias, Medina, Garrido, Cortés, Castillo, Santos, Lozano, Guerrero, Cano, Prieto, Méndez, Cruz, Flores",
    two_family_names: true,
    ..PLAIN
};

/// Italian.
pub const ITALIAN: Culture = Culture {
    language: "it",
    women: "Giulia, Francesca, Chiara, Sara, Federica, Silvia, Elena, Valentina, Martina, Alessandra, Elisa, Laura, Paola, \
            Roberta, Daniela, Cristina, Barbara, Simona, Ilaria, Giorgia, Serena, Claudia, Monica, Arianna, Beatrice, Camilla",
    men: "Marco, Andrea, Francesco, Alessandro, Luca, Matteo, Davide, Lorenzo, Stefano, Giuseppe, Antonio, Giovanni, Roberto, \
          Paolo, Fabio, Simone, Riccardo, Federico, Daniele, Massimo, Claudio, Nicola, Enrico, Salvatore, Vincenzo, Gabriele",
    family: "Rossi, Russo, Ferrari, Esposito, Bianchi, Romano, Colombo, Ricci, Marino, Greco, Bruno, Gallo, Conti, De Luca, \
             Mancini, Costa, Giordano, Rizzo, Lombardi, Moretti, Barbieri, Fontana, Santoro, Mariani, Rinaldi, Caruso, \
             Ferrara, Galli, Martini, Leone, Longo, Gentile, Martinelli, Vitale, Lombardo, Serra, Coppola, De Santis, \
             D'Angelo, Marchetti, Parisi, Villa, Conte, Ferraro, Bianco, Fabbri, Valentini, Pagano, Sorrentino, Battaglia",
    ..PLAIN
};

/// French.
pub const FRENCH: Culture = Culture {
    language: "fr",
    women: "Marie, Camille, Julie, Sophie, Céline, Émilie, Claire, Pauline, Aurélie, Laura, Manon, Léa, Chloé, Sarah, Élodie, \
            Mathilde, Nathalie, Isabelle, Sandrine, Véronique, Valérie, Hélène, Juliette, Charlotte, Margaux, Anaïs, Inès",
    men: "Nicolas, Julien, Thomas, Pierre, Alexandre, Antoine, Maxime, Guillaume, Sébastien, François, Laurent, Philippe, \
          Christophe, Olivier, Vincent, Mathieu, Romain, Clément, Hugo, Lucas, Benoît, Jérôme, Frédéric, Étienne, Rémi, Loïc",
    family: "Martin, Bernard, Dubois, Thomas, Robert, Richard, Petit, Durand, Leroy, Moreau, Simon, Laurent, Lefebvre, Michel, \
             Garcia, David, Bertrand, Roux, Vincent, Fournier, Morel, Girard, André, Mercier, Dupont, Lambert, Bonnet, \
             François, Martinez, Legrand, Garnier, Faure, Rousseau, Blanc, Guérin, Muller, Henry, Roussel, Perrin, Morin, \
             Gauthier, Chevalier, Benali, Masson, Marchand, Duval, Lemaire, Renaud, Picard, Barbier",
    ..PLAIN
};

/// Of the Gulf states, Egypt and the Levant, in Latin letters.
pub const ARABIC: Culture = Culture {
    language: "ar",
    women: "Fatima, Aisha, Mariam, Noura, Layla, Sara, Hessa, Maha, Reem, Huda, Amal, Salma, Dana, Lina, Rania, Nadia, Yasmin, \
            Hanan, Ghada, Samira, Dalal, Latifa, Shaikha, Abeer, Manal, Dina, Nour, Heba, Mona, Farah",
    men: "Mohammed, Ahmed, Abdullah, Ali, Khalid, Omar, Yousef, Ibrahim, Hassan, Saeed, Fahad, Faisal, Sultan, Hamad, Rashid, \
          Nasser, Abdulrahman, Abdulaziz, Saud, Turki, Bandar, Majed, Tariq, Karim, Mahmoud, Mostafa, Hussein, Ziad, Walid, \
          Sami, Bader, Mansour, Jaber, Amr, Sherif",
    family: "Al Mansoori, Al Suwaidi, Al Zaabi, Al Nuaimi, Al Shamsi, Al Ketbi, Al Otaibi, Al Ghamdi, Al Qahtani, \
             Al Harbi, Al Zahrani, Al Dosari, Al Shehri, Al Mutairi, Al Rashidi, Al Enezi, Al Ajmi, Al Kuwari, Al Marri, \
             Al Hajri, Al Sulaiti, Al Balushi, Al Hammadi, Haddad, Khoury, Mansour, Hassan, Ibrahim, Mahmoud, El Sayed, Abdel Rahman, Farouk, \
             Salem, Nasr, Fawzy, Shaheen, Darwish, Saleh, Hamdan, Qasim, Barakat, Najjar, Sabbagh, Zaki, Ramadan",
    ..PLAIN
};

/// Nigerian.
pub const NIGERIAN: Culture = Culture {
    language: "en",
    women: "Chioma, Ngozi, Amaka, Blessing, Funmilayo, Adaeze, Yetunde, Folake, Ifeoma, Chinwe, Temitope, Bukola, Aisha, Zainab, \
            Halima, Patience, Grace, Joy, Mercy, Nkechi, Titilayo, Damilola, Uchenna, Oluchi, Simisola",
    men: "Emeka, Chinedu, Tunde, Segun, Ibrahim, Musa, Oluwaseun, Chukwudi, Babatunde, Femi, Kunle, Obinna, Ikenna, Yusuf, \
          Abubakar, Sani, Kelechi, Ayodele, Gbenga, Nnamdi, Emmanuel, Samuel, Victor, Peter, Tobi",
    family: "Okafor, Adeyemi, Okonkwo, Eze, Balogun, Bello, Adebayo, Ogunleye, Nwosu, Okeke, Afolabi, Abdullahi, Musa, \
             Olawale, Chukwu, Obi, Nwachukwu, Ojo, Lawal, Suleiman, Adeleke, Oyelaran, Ibe, Uzor, Danjuma, Akande, Onyeka, \
             Effiong, Igwe, Adewale, Salami, Umeh",
    ..PLAIN
};

/// South African.
pub const SOUTH_AFRICAN: Culture = Culture {
    language: "en",
    women: "Thandi, Nomsa, Lerato, Zanele, Naledi, Palesa, Nokuthula, Ayanda, Lindiwe, Bongiwe, Annelie, Marelize, Chantelle, \
            Ilse, Elmarie, Karin, Michelle, Candice, Tarryn, Nicole, Refilwe, Dineo, Precious, Zodwa, Riana",
    men: "Sipho, Thabo, Bongani, Themba, Mandla, Lwazi, Kagiso, Tshepo, Sibusiso, Jabulani, Johan, Pieter, Hendrik, Francois, \
          Gerhard, Riaan, Deon, Andre, Willem, Kobus, Lunga, Musa, Neo, Dumisani, Shaun",
    family: "Nkosi, Dlamini, Botha, Van der Merwe, Ndlovu, Khumalo, Naidoo, Pillay, Mokoena, Sithole, Pretorius, Van Wyk, \
             Mahlangu, Mkhize, Venter, Govender, Zulu, Coetzee, Du Plessis, Molefe, Fourie, Nel, Mthembu, Joubert, Radebe, \
             Swanepoel, Maseko, Steyn, Cele, Kruger, Motaung, Erasmus",
    ..PLAIN
};

/// Brazilian.
pub const BRAZILIAN: Culture = Culture {
    language: "pt",
    women: "Ana, Juliana, Fernanda, Camila, Mariana, Beatriz, Larissa, Amanda, Bruna, Letícia, Patrícia, Aline, Gabriela, \
            Carolina, Renata, Vanessa, Luciana, Adriana, Tatiane, Isabela, Rafaela, Natália, Débora, Priscila, Jéssica",
    men: "João, Lucas, Gabriel, Pedro, Rafael, Mateus, Felipe, Bruno, Gustavo, Thiago, Rodrigo, Leonardo, Marcelo, Ricardo, \
          Eduardo, Fábio, Vinícius, Diego, André, Leandro, Caio, Henrique, Renato, Márcio, Otávio",
    family: "Silva, Santos, Oliveira, Souza, Pereira, Costa, Rodrigues, Almeida, Nascimento, Lima, Araújo, Fernandes, \
             Carvalho, Gomes, Martins, Rocha, Ribeiro, Alves, Monteiro, Mendes, Barros, Freitas, Barbosa, Pinto, Moura, \
             Cavalcanti, Dias, Castro, Campos, Cardoso, Teixeira, Moreira",
    ..PLAIN
};

/// Indian.
pub const INDIAN: Culture = Culture {
    language: "en",
    women: "Priya, Anjali, Neha, Pooja, Kavita, Sunita, Deepa, Meera, Anita, Divya, Shreya, Lakshmi, Swati, Nisha, Ritu, Rekha, \
            Asha, Geeta, Radhika, Ishita, Aditi, Sneha, Vidya, Tanvi, Rani",
    men: "Rahul, Amit, Rajesh, Sanjay, Vikram, Arjun, Suresh, Anil, Ravi, Manoj, Karthik, Arun, Vijay, Deepak, Rohit, Nikhil, \
          Ashok, Prakash, Gaurav, Harish, Kiran, Mohan, Siddharth, Varun, Naveen",
    family: "Sharma, Patel, Kumar, Singh, Gupta, Reddy, Nair, Iyer, Mehta, Joshi, Verma, Rao, Shah, Agarwal, Menon, Chopra, \
             Desai, Pillai, Malhotra, Kapoor, Bose, Mukherjee, Banerjee, Das, Chatterjee, Kulkarni, Mishra, Pandey, Bhat, \
             Saxena, Thakur, Krishnan, Fernandes, Hegde",
    ..PLAIN
};

/// Chinese, as in Singapore.
pub const CHINESE: Culture = Culture {
    language: "zh",
    women: "Hui Min, Jia Yi, Li Ting, Xin Yi, Mei Ling, Shu Fen, Wei Ling, Siew Ling, Pei Shan, Yi Ling, Michelle, Rachel, \
            Jasmine, Vanessa, Cheryl, Serene, Joanne, Amanda, Grace, Eunice, Li Na, Sze Hui, Kai Xin, Zhi Ying, Hui Ling",
    men: "Wei Ming, Jun Jie, Kok Wai, Zhi Hao, Jia Hao, Wei Jie, Kian Meng, Boon Keng, Chee Keong, Yong Sheng, Kelvin, Jason, \
          Desmond, Raymond, Alvin, Edwin, Marcus, Benjamin, Ryan, Terence, Jun Wei, Kai Ming, Hao Ran, Swee Huat, Wei Xiang",
    family: "Tan, Lim, Lee, Ng, Ong, Wong, Goh, Chua, Chan, Koh, Teo, Ang, Yeo, Tay, Ho, Low, Toh, Sim, Chong, Chia, Seah, \
             Foo, Kwok, Leong, Loh, Quek, Phua, Wee, Yap, Chew",
    ..PLAIN
};

/// Swedish.
pub const SWEDISH: Culture = Culture {
    language: "sv",
    women: "Anna, Eva, Maria, Karin, Kristina, Lena, Sara, Emma, Malin, Jenny, Linnea, Elin, Hanna, Johanna, Ida, Sofia, \
            Josefin, Åsa, Ulrika, Cecilia, Annika, Camilla, Frida, Ebba, Astrid",
    men: "Lars, Anders, Johan, Erik, Per, Karl, Mikael, Fredrik, Daniel, Mattias, Magnus, Andreas, Oskar, Gustav, Henrik, \
          Jonas, Niklas, Björn, Göran, Viktor, Emil, Axel, Sven, Tobias, Håkan",
    family: "Andersson, Johansson, Karlsson, Nilsson, Eriksson, Larsson, Olsson, Persson, Svensson, Gustafsson, Pettersson, \
             Jonsson, Jansson, Hansson, Bengtsson, Jönsson, Lindberg, Jakobsson, Magnusson, Lindström, Olofsson, Lindqvist, \
             Lundberg, Berglund, Fredriksson, Sandberg, Henriksson, Forsberg, Sjöberg, Wallin, Åberg, Engström",
    ..PLAIN
};

/// Polish.
pub const POLISH: Culture = Culture {
    language: "pl",
    women: "Anna, Katarzyna, Magdalena, Agnieszka, Małgorzata, Joanna, Aleksandra, Monika, Ewa, Karolina, Natalia, Marta, \
            Paulina, Justyna, Dorota, Beata, Iwona, Zuzanna, Julia, Weronika, Sylwia, Izabela, Kinga, Hanna, Patrycja",
    men: "Piotr, Krzysztof, Andrzej, Tomasz, Paweł, Marcin, Michał, Marek, Grzegorz, Łukasz, Adam, Jakub, Mateusz, Wojciech, \
          Rafał, Kamil, Robert, Dariusz, Maciej, Bartosz, Jarosław, Sebastian, Szymon, Dominik, Artur",
    family: "Nowak, Kowalski, Wiśniewski, Wójcik, Kowalczyk, Kamiński, Lewandowski, Zieliński, Szymański, Woźniak, Dąbrowski, \
             Kozłowski, Jankowski, Mazur, Wojciechowski, Kwiatkowski, Krawczyk, Kaczmarek, Piotrowski, Grabowski, Pawłowski, \
             Michalski, Król, Wieczorek, Jabłoński, Wróbel, Majewski, Olszewski, Stępień, Malinowski, Rutkowski, Pietrzak",
    gendered: true,
    ..PLAIN
};

/// Turkish.
pub const TURKISH: Culture = Culture {
    language: "tr",
    women: "Ayşe, Fatma, Zeynep, Elif, Merve, Emine, Hatice, Esra, Büşra, Özlem, Selin, Derya, Gül, Sevgi, Ebru, Pınar, Aslı, \
            Burcu, Ceren, Defne, İrem, Melis, Nazlı, Sibel, Tuğba",
    men: "Mehmet, Mustafa, Ahmet, Ali, Hüseyin, Emre, Murat, Burak, Can, Cem, Serkan, Hakan, Onur, Volkan, Tolga, Kerem, \
          Yusuf, Okan, Umut, Ozan, Deniz, Barış, Kaan, Uğur, Selim",
    family: "Yılmaz, Kaya, Demir, Şahin, Çelik, Yıldız, Yıldırım, Öztürk, Aydın, Özdemir, Arslan, Doğan, Kılıç, Aslan, Çetin, \
             Kara, Koç, Kurt, Özkan, Şimşek, Polat, Korkmaz, Çakır, Erdoğdu, Acar, Güneş, Aksoy, Taş, Bulut, Keskin, Uysal, \
             Toprak",
    ..PLAIN
};

/// The entries of a comma-separated list.
pub fn entries(list: &'static str) -> Vec<&'static str> {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect()
}

/// A name in plain small letters, as it appears in an address; spaces and signs fall away.
pub fn plain(name: &str, umlauts: bool) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    for c in name.chars() {
        match c {
            'a'..='z' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            'ä' | 'Ä' if umlauts => out.push_str("ae"),
            'ö' | 'Ö' if umlauts => out.push_str("oe"),
            'ü' | 'Ü' if umlauts => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' => out.push('a'),
            'ç' | 'ć' | 'Ç' | 'Ć' => out.push('c'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' | 'É' | 'È' | 'Ê' => out.push('e'),
            'ğ' | 'Ğ' => out.push('g'),
            'í' | 'ì' | 'î' | 'ï' | 'ı' | 'Í' | 'Î' | 'İ' => out.push('i'),
            'ł' | 'Ł' => out.push('l'),
            'ñ' | 'ń' | 'Ñ' => out.push('n'),
            'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' => out.push('o'),
            'ś' | 'ş' | 'Ś' | 'Ş' => out.push('s'),
            'ú' | 'ù' | 'û' | 'ü' | 'Ú' | 'Û' | 'Ü' => out.push('u'),
            'ź' | 'ż' | 'Ź' | 'Ż' => out.push('z'),
            _ => {}
        }
    }
    out
}
